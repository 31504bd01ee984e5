import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { taskOfPerson } from "../../../src/host/submit.ts";
import { post } from "../../host/post.ts";
import { NODE } from "./gateway.ts";
import type { Call, OutsideOptions } from "./outside-host.ts";

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), "outside-host.ts");

/** `outside-host.ts` in a process of its own, for OpenClaw's client needs a Node of its own. */
export class OutsideHost {
  readonly root = mkdtempSync(join(tmpdir(), "clawflow-outside-"));
  #process: ChildProcess | undefined;
  #port = "";

  /** @param env more of its environment */
  static async start(
    { token, ...options }: Omit<OutsideOptions, "root"> & { token: string },
    env: object = {},
  ): Promise<OutsideHost> {
    const outside = new OutsideHost();
    const home = join(outside.root, "home");
    mkdirSync(home);
    outside.useToken(token);
    const given = JSON.stringify({ ...options, root: outside.root } satisfies OutsideOptions);
    const child = spawn(NODE, [PROGRAM, given], {
      env: { PATH: process.env.PATH, HOME: home, OPENCLAW_STATE_DIR: join(home, ".openclaw"), ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    outside.#process = child;
    const ended = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the host outside ended with ${code}`)));
    });
    ended.catch(() => {});
    const ready = new Promise<string>((resolve) =>
      createInterface({ input: child.stdout }).on("line", (line) => {
        const port = /^ready (\d+)$/.exec(line)?.[1];
        if (port !== undefined) resolve(port);
      }),
    );
    outside.#port = await Promise.race([ready, ended]);
    return outside;
  }

  /** With which it connects to the gateway from now on. */
  useToken(token: string): void {
    writeFileSync(join(this.root, "token.new"), token);
    renameSync(join(this.root, "token.new"), join(this.root, "token"));
  }

  /** `host:port` where it takes turns. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get workspace(): string {
    return join(this.root, "lead");
  }

  /** Gives its agent the work `Answer <job>.` under that id. */
  async give(job: string): Promise<string> {
    const work = { id: job, title: job, instructions: `Answer ${job}.` };
    await post(this.root, taskOfPerson("lead", work, new Date().toISOString()));
    return job;
  }

  /** Its calls of the gateway with that key, or one made of it. */
  calls(message: string): Call[] {
    return this.#lines<Call>("calls.jsonl").filter(({ key }) => key.split("~")[0] === message);
  }

  /** What its agent was asked about a task. */
  questions(task: string): string[] {
    const all = this.#lines<{ task: string; kind: string }>("questions.jsonl");
    return all.filter((line) => line.task === task).map(({ kind }) => kind);
  }

  async remove(): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  #lines<T>(file: string): T[] {
    const path = join(this.root, file);
    if (!existsSync(path)) return [];
    const whole = readFileSync(path, "utf8").split("\n").slice(0, -1);
    return whole.map((line) => JSON.parse(line) as T);
  }
}
