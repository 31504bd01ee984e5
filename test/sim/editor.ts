import { folderName } from "../../src/protocol/ids.ts";
import { bytesOf } from "./look.ts";
import { type Random, upTo } from "./random.ts";
import type { VirtualDisk } from "./virtual-disk.ts";
import type { VirtualLife } from "./virtual-life.ts";

/** How an editor saves: a new file renamed into place, the old one written over, or emptied first and then filled. */
export type SavingStyle = "rename" | "in place" | "truncate";

export interface TaskEditing {
  agent: string;
  task: string;
  style: SavingStyle;
  what: "comment" | "notes" | "own key" | "pause";
  /** Milliseconds that the text is open before it is saved. */
  open: number;
  crlf: boolean;
}

/** What a person wrote, to be found in the end wherever the file went. */
interface Written {
  agent: string;
  task: string;
  token: string;
  state: "open" | "stands" | "doubtful";
}

/** A person who edits task.md. */
export class Editor {
  readonly written: Written[] = [];
  private busy = 0;
  /** Paths of what was paused and does not go on for certain. */
  private readonly paused = new Set<string>();
  private readonly random: Random;
  private readonly note: (agent: string, text: string) => void;

  constructor(random: Random, note: (agent: string, text: string) => void) {
    this.random = random;
    this.note = note;
  }

  /** Somebody has a text open, or a pause of theirs stands. */
  get isBusy(): boolean {
    return this.busy > 0;
  }

  /** After a power cut: what was being written may be there or not; who had paused something comes back to it. */
  powerCut(life: VirtualLife): void {
    this.busy = 0;
    for (const written of this.written) if (written.state === "open") written.state = "doubtful";
    for (const path of this.paused) void this.goOn(life, path);
  }

  async edit(life: VirtualLife, editing: TaskEditing): Promise<void> {
    this.busy++;
    try {
      await this.editIn(life, editing);
    } finally {
      if (life.alive) this.busy--;
    }
  }

  private async editIn(life: VirtualLife, editing: TaskEditing): Promise<void> {
    const { agent, task, style, what, open } = editing;
    const path = `/w/${agent}/tasks/${folderName(task)}/task.md`;
    if (life.disk.stat(path)?.kind !== "file") return;
    const before = Buffer.from(life.disk.read(path)).toString();
    const token = `edit-${this.written.length + 1}-${task}`;
    const after = changed(before, what, token, editing.crlf);
    if (after === before || before === "") return;
    await life.sleep(open);
    // Where there is nothing to be saved to, a person does not save.
    if (life.disk.stat(path)?.kind !== "file") return;
    const written: Written = { agent, task, token, state: "open" };
    this.written.push(written);
    this.note(agent, `a person saves ${token} (${what}, ${style})`);
    try {
      await this.save(life, path, Buffer.from(after), style);
      await life.disk.sync([path], [path.slice(0, path.lastIndexOf("/"))]);
      written.state = "stands";
    } catch {
      written.state = "doubtful";
    }
    if (what !== "pause") return;
    written.state = "doubtful";
    await life.sleep(1000 + upTo(this.random, 20_000));
    await this.goOn(life, path);
  }

  /** A task.md that a person may have left in pieces, or not made durable: for that nobody but they can answer. */
  isDoubtful(path: string): boolean {
    return this.written.some(
      ({ agent, task, state }) =>
        state === "doubtful" && path.endsWith(`${agent}/tasks/${folderName(task)}/task.md`),
    );
  }

  /** Nothing that stands is lost: it is in task.md, in a file beside it, or in the archive. */
  check(machine: VirtualDisk, fault: (text: string) => void): void {
    const texts = new Map<string, string>();
    for (const [path, bytes] of machine.files()) {
      const agent = path.split("/")[2] ?? "";
      if (/\/(tasks|mailbox\/archive)\//.test(path))
        texts.set(agent, `${texts.get(agent) ?? ""}${Buffer.from(bytes).toString()}`);
    }
    for (const { agent, token, state, task } of this.written) {
      if (state === "stands" && texts.get(agent)?.includes(token) !== true)
        fault(`what a person wrote into ${task} is lost: ${token}`);
    }
  }

  /** Until it holds: another one may have come between, and an edit is taken some time after it was saved. */
  private async goOn(life: VirtualLife, path: string): Promise<void> {
    this.paused.add(path);
    this.busy++;
    try {
      for (let calm = 0; calm < 4; calm++) {
        await life.sleep(5000);
        if (life.disk.stat(path)?.kind !== "file") continue;
        const text = Buffer.from(life.disk.read(path)).toString();
        if (!/^paused: true\r?$/m.test(text)) continue;
        calm = -1;
        const next = Buffer.from(text.replace(/^paused: true\r?\n/m, ""));
        await this.save(life, path, next, "rename").catch(() => {});
        await life.disk.sync([path], [path.slice(0, path.lastIndexOf("/"))]).catch(() => {});
      }
      this.paused.delete(path);
    } finally {
      if (life.alive) this.busy--;
    }
  }

  private async save(life: VirtualLife, path: string, bytes: Uint8Array, style: SavingStyle): Promise<void> {
    const { disk } = life;
    if (style === "rename") {
      const copy = `${path.replace("task.md", "")}.task.md.${upTo(this.random, 1e9)}.swp`;
      disk.create(copy, bytes);
      disk.rename(copy, path);
      return;
    }
    const file = disk.openAppend(path);
    try {
      file.truncate(0);
      if (style === "truncate") await life.sleep(upTo(this.random, 250));
      for (let at = 0; at < bytes.length; ) {
        const end =
          style === "truncate"
            ? Math.min(bytes.length, at + 1 + upTo(this.random, bytes.length))
            : bytes.length;
        file.append(bytes.subarray(at, end));
        at = end;
        if (at < bytes.length) await life.sleep(upTo(this.random, 200));
      }
    } finally {
      if (life.alive) file.close();
    }
  }
}

function changed(text: string, what: TaskEditing["what"], token: string, crlf: boolean): string {
  const eol = text.startsWith("---\r\n") ? "\r\n" : "\n";
  const first = `---${eol}`;
  if (!text.replace(/^\ufeff/, "").startsWith(first)) return text;
  const put = (line: string) => text.replace(first, `${first}${line}${eol}`);
  const edited =
    what === "comment"
      ? put(`# ${token}`)
      : what === "own key"
        ? put(`mine_${token.replaceAll(/[^a-z0-9]/g, "_")}: ${token}`)
        : what === "pause"
          ? /^paused:/m.test(text)
            ? text
            : put("paused: true")
          : text.replace(/^## Working Notes\r?\n/m, (heading) => `${heading}${eol}${token}${eol}`);
  return crlf && eol === "\n" ? edited.replaceAll("\n", "\r\n") : edited;
}

/** Names of tasks of that job that stand in an agent's folder now. */
export function tasksOf(machine: VirtualDisk, agent: string, job: string): string[] {
  const found: string[] = [];
  for (const [path] of machine.files()) {
    const [, owner, folder = ""] = /^\/w\/([^/]+)\/tasks\/([^/]+)\/task\.md$/.exec(path) ?? [];
    if (
      owner === agent &&
      (folder === job || folder.startsWith(`${job}.`)) &&
      bytesOf(machine, path) !== undefined
    )
      found.push(folder);
  }
  return found.sort();
}
