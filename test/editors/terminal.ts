import { execFileSync } from "node:child_process";
import { until } from "../host/until.ts";

/** A program in a terminal, driven by keys as a person would press them. */
export class Terminal {
  readonly #socket = `clawflow-test-${process.pid}`;
  readonly #session: string;

  constructor(session: string, command: readonly string[]) {
    this.#session = session;
    const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    this.#tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-s",
      session,
      "-x",
      "160",
      "-y",
      "60",
      `TERM=screen ${line}`,
    );
    this.#tmux("set-option", "-g", "escape-time", "0");
  }

  /** Waits until the screen shows that text. */
  async shows(text: string): Promise<void> {
    await until(() => this.screen().includes(text) || undefined, `${text} on the screen`);
  }

  /** Waits until the last line of the screen is as wanted. */
  async ends(what: string, isWanted: (line: string) => boolean): Promise<void> {
    await until(() => isWanted(this.screen().trimEnd().split("\n").at(-1) ?? "") || undefined, what);
  }

  screen(): string {
    return this.#tmux("capture-pane", "-p", "-t", this.#session);
  }

  /** With the sequences that set colours. */
  colouredScreen(): string {
    return this.#tmux("capture-pane", "-e", "-p", "-t", this.#session);
  }

  /** Text as it is. */
  type(text: string): void {
    this.#tmux("send-keys", "-t", this.#session, "-l", "--", text);
  }

  /** Keys by their names: `Enter`, `Escape`, `C-w`, `End`. */
  press(...keys: string[]): void {
    this.#tmux("send-keys", "-t", this.#session, ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-t", this.#session, "-x", `${columns}`, "-y", `${rows}`);
  }

  cursorShown(): boolean {
    return this.#tmux("display-message", "-p", "-t", this.#session, "#{cursor_flag}").trim() === "1";
  }

  close(): void {
    this.#tmux("kill-session", "-t", this.#session);
  }

  /** @param question at the end of the screen, to which a person says yes */
  async ended(question?: string): Promise<void> {
    const isOver = () => {
      if (!this.#sessions().includes(this.#session)) return true;
      if (question !== undefined && this.screen().trimEnd().endsWith(question)) this.type("y");
      return undefined;
    };
    await until(isOver, "the end of the program");
  }

  #sessions(): string[] {
    try {
      return this.#tmux("list-sessions", "-F", "#{session_name}").split("\n");
    } catch {
      return [];
    }
  }

  #tmux(...args: string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}
