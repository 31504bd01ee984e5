import { dirname } from "node:path";
import { folderName } from "../../src/protocol/ids.ts";
import { isPast } from "../../src/store/find-edits.ts";
import { changedText } from "./changed-text.ts";
import { type Random, upTo } from "./random.ts";
import { textsOf } from "./texts-of-people.ts";
import type { VirtualDisk } from "./virtual-disk.ts";
import type { VirtualLife } from "./virtual-life.ts";

/** How an editor saves: a new file renamed into place, the old one written over, or emptied first and then filled. */
export type SavingStyle = "rename" | "in place" | "truncate";

/** What changes nothing of how the work ends. */
export const HARMLESS_EDITS = ["comment", "notes", "own key", "several", "broken", "pause"] as const;
/** What does. */
export const STEERING_EDITS = ["redo", "by hand", "cancel", "add", "remove", "describe", "end"] as const;
export type EditKind = (typeof HARMLESS_EDITS)[number] | (typeof STEERING_EDITS)[number];

export interface TaskEditing {
  agent: string;
  task: string;
  style: SavingStyle;
  what: EditKind;
  /** Milliseconds that the text is open before it is saved. */
  open: number;
  crlf: boolean;
}

/** What a person wrote, to be found in the end wherever the file went. */
interface Written {
  agent: string;
  task: string;
  token: string;
  what: EditKind;
  state: "open" | "stands" | "doubtful";
  /** The task had ended too long ago, by the clock on the wall, for an edit to be taken. */
  late: boolean;
}

/** A person who edits task.md. */
export class Editor {
  readonly written: Written[] = [];
  private busy = 0;
  private cuts = 0;
  private begun = 0;
  /** Paths of what was paused and does not go on for certain. */
  private readonly paused = new Set<string>();
  private readonly random: Random;
  private readonly note: (agent: string, text: string) => void;
  private readonly lifeOf: (agent: string) => object | undefined;

  /** @param lifeOf the process that has opened this agent's workspace */
  constructor(
    random: Random,
    note: (agent: string, text: string) => void,
    lifeOf: (agent: string) => object | undefined,
  ) {
    this.random = random;
    this.note = note;
    this.lifeOf = lifeOf;
  }

  /** Somebody has a text open, or a pause of theirs stands. */
  get isBusy(): boolean {
    return this.busy > 0;
  }

  /** After a power cut: what was being written may be there or not; who had paused something comes back to it. */
  powerCut(life: VirtualLife): void {
    this.busy = 0;
    this.cuts++;
    for (const written of this.written) {
      if (written.state !== "open") continue;
      written.state = "doubtful";
      this.notDurable(life, written, pathOf(written));
    }
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
    const path = pathOf({ agent, task });
    if (life.disk.stat(path)?.kind !== "file") return;
    const before = Buffer.from(life.disk.read(path)).toString();
    const token = `edit-${++this.begun}-${task}`;
    const after = changedText(before, what, token, editing.crlf, this.random);
    if (after === before || before === "") return;
    await life.sleep(open);
    // Where there is nothing to be saved to, a person does not save.
    if (life.disk.stat(path)?.kind !== "file") return;
    this.writtenOver(life, editing, path, after);
    const [, ended] = /^finished_at: (.+?)\r?$/m.exec(Buffer.from(life.disk.read(path)).toString()) ?? [];
    const late = ended !== undefined && isPast(life.clock.wall(), ended);
    const written: Written = { agent, task, token, what, state: "open", late };
    this.written.push(written);
    // Known before it stands there: after a power cut it may.
    if (what === "pause") this.paused.add(path);
    this.note(agent, `a person saves ${token} (${what}, ${style})`);
    const host = this.lifeOf(agent);
    try {
      await this.save(life, path, Buffer.from(after), style);
      await life.disk.sync([path], namesTo(path));
      // What a person is in the middle of writing looks, to a host that starts after a power cut, like what the power left of its own text.
      const isTaken =
        style !== "rename" && this.cuts > 0 && (host === undefined || host !== this.lifeOf(agent));
      // Somebody may have written over it while it was being made durable.
      if (written.state === "open") written.state = isTaken ? "doubtful" : "stands";
    } catch {
      written.state = "doubtful";
      this.notDurable(life, editing, path);
    }
    if (what !== "pause") return;
    written.state = "doubtful";
    await life.sleep(1000 + upTo(this.random, 20_000));
    await this.goOn(life, path);
  }

  /** What one person left there, and another writes over who had not seen it, is lost by nobody else, unless it was taken before. */
  private writtenOver(
    life: VirtualLife,
    { agent, task }: Pick<TaskEditing, "agent" | "task">,
    path: string,
    next: string,
  ): void {
    const now = Buffer.from(life.disk.read(path)).toString();
    const taken = this.takenFrom(life, path);
    for (const written of this.written) {
      const { token } = written;
      if (written.agent !== agent || written.task !== task || next.includes(token)) continue;
      const isUnderWay = written.state === "open";
      if ((isUnderWay || now.includes(token)) && !taken.includes(token)) written.state = "doubtful";
    }
  }

  /** A text that could not be made durable stands in place of one that was: what that one held is gone with it, unless it was taken before. */
  private notDurable(
    life: VirtualLife,
    { agent, task }: Pick<TaskEditing, "agent" | "task">,
    path: string,
  ): void {
    if (!life.alive) return;
    const taken = this.takenFrom(life, path);
    for (const written of this.written)
      if (written.agent === agent && written.task === task && !taken.includes(written.token))
        written.state = "doubtful";
  }

  /** What the runtime has, whatever stands in task.md. */
  private takenFrom({ disk }: VirtualLife, path: string): string {
    const [, root = "", folder = ""] = /^(.*)\/tasks\/([^/]+)\/task\.md$/.exec(path) ?? [];
    const base = `${root}/.clawflow/base/${folder}.md`;
    return disk.stat(base)?.kind === "file" ? Buffer.from(disk.read(base)).toString() : "";
  }

  /** A task.md that a person left as no runtime can read it: it stays so where the task is finished. */
  isBroken(path: string): boolean {
    return this.broken().some(({ agent, task }) =>
      path.endsWith(`${agent}/tasks/${folderName(task)}/task.md`),
    );
  }

  /** A task.md that nobody takes any more may say whatever a person wrote. */
  isLate(owner: string, id: string): boolean {
    return this.written.some(({ agent, task, late }) => late && agent === owner && task === id);
  }

  /** A message about a task that a person left so: what it asks for again cannot be read any more. */
  isAboutBroken(owner: string, message: string): boolean {
    return this.broken().some(({ agent, task }) => agent === owner && message.includes(`-${task}-`));
  }

  private broken(): Written[] {
    // While it is being saved it is no whole text either.
    return this.written.filter(({ what, state }) => what === "broken" || state !== "stands");
  }

  /** A task.md, set aside or not, that a person may have left in pieces, or not made durable: for that nobody but they can answer. */
  isDoubtful(path: string): boolean {
    return this.written.some(
      ({ agent, task, state }) =>
        state === "doubtful" && path.includes(`${agent}/tasks/${folderName(task)}/task.`),
    );
  }

  /** Nothing that stands is lost: it is in task.md, in a file beside it, or in the archive. */
  check(machine: VirtualDisk, fault: (text: string) => void): void {
    for (const { agent, task } of this.written) this.checkTask(machine, agent, folderName(task), fault);
  }

  /** The same of one task. */
  checkTask(machine: VirtualDisk, agent: string, folder: string, fault: (text: string) => void): void {
    const standing = this.written.filter(
      ({ agent: owner, task, state }) => state === "stands" && owner === agent && folderName(task) === folder,
    );
    if (standing.length === 0) return;
    const text = textsOf(machine, agent, folder);
    for (const { token, task } of standing)
      if (!text.includes(token)) fault(`what a person wrote into ${task} is lost: ${token}`);
  }

  /** Until it holds: another one may have come between, and an edit is taken some time after it was saved. */
  private async goOn(life: VirtualLife, path: string): Promise<void> {
    this.busy++;
    try {
      let refused = 0;
      for (let calm = 0; calm < 4; calm++) {
        await life.sleep(5000);
        // What a host has taken shows in the file only while it runs.
        if (this.lifeOf(path.split("/")[2] ?? "") === undefined) calm = -1;
        if (life.disk.stat(path)?.kind !== "file") continue;
        let text = Buffer.from(life.disk.read(path)).toString();
        if (!isPaused(text)) {
          const taken = this.takenFrom(life, path);
          refused = isPaused(taken) ? refused + 1 : 0;
          if (refused < 4) {
            if (refused > 0) calm = -1;
            continue;
          }
          // Somebody has broken the text in which the pause was ended: it is ended in what the runtime has.
          text = taken;
          refused = 0;
        }
        calm = -1;
        const next = Buffer.from(text.replace(/^paused: true\r?\n/m, ""));
        const [written] = this.written.filter((one) => pathOf(one) === path);
        if (written !== undefined) this.writtenOver(life, written, path, next.toString());
        await this.save(life, path, next, "rename").catch(() => {});
        await life.disk.sync([path], namesTo(path)).catch(() => {});
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

function isPaused(text: string): boolean {
  return /^paused: true\r?$/m.test(text);
}

function pathOf({ agent, task }: Pick<TaskEditing, "agent" | "task">): string {
  return `/w/${agent}/tasks/${folderName(task)}/task.md`;
}

/** On file systems that people use, a sync of a file makes the names that lead to it durable as well, also of a folder that is as new. */
function namesTo(path: string): string[] {
  const folder = dirname(path);
  return [folder, dirname(folder)];
}
