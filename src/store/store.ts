import { ClawflowError, internal } from "../protocol/errors.ts";
import { finishCheckpoint, rotate } from "./checkpoint.ts";
import type { Claim } from "./claim.ts";
import { appendBatch, applyCommit, buildBatch, prepareFolders } from "./commit.ts";
import type { StoreContext } from "./context.ts";
import { errorCode } from "./disk-error.ts";
import { Guard } from "./guard.ts";
import { type Journal, markFailed } from "./journal.ts";
import { keepClocks } from "./keep-clocks.ts";
import type { HostPaths } from "./layout.ts";
import { openWorkspaces, type WorkspaceRequest } from "./open-workspaces.ts";
import { moveAccepted, relinkMessage } from "./outgoing.ts";
import { type Staged, stageOp } from "./stage-op.ts";
import { dueAt, prepareTexts } from "./task-texts.ts";
import type { Op } from "./types.ts";
import { noteUndelivered } from "./undelivered.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The workspaces of one host and their journal. A step's operations are staged, which changes tasks in memory at once, and become
 * durable together with everything else that is staged by `commit`. After a failure of the disk every call throws the same
 * E_DISK or E_DISK_FULL: the host stops and starts from the files.
 */
export class Store {
  readonly #context: StoreContext;
  readonly #paths: HostPaths;
  readonly #claim: Claim;
  readonly #workspaces = new Map<string, Workspace>();
  readonly #reserved = new Set<string>();
  readonly #inJournal = new Set<string>();
  #journal: Journal | undefined;
  #staged: Staged[] = [];
  #clock = 0;
  readonly #guard: Guard;
  #checkpoint: Promise<void> | undefined;

  constructor(context: StoreContext, paths: HostPaths, claim: Claim) {
    this.#context = context;
    this.#paths = paths;
    this.#claim = claim;
    this.#guard = new Guard((failure) => {
      const reason = takenOver(claim) ?? failure;
      // Whoever was taken over has nothing to say here any more.
      if (reason.code !== "E_LOCKED") markFailed(context.disk, paths);
      return reason;
    });
  }

  /** Bytes that a checkpoint would free. */
  get journalBytes(): number {
    return this.#journal?.bytes ?? 0;
  }

  /** Syncs asked of the disk so far, those in the background included. */
  get syncs(): number {
    return this.#context.syncs;
  }

  /** Something is not yet durable in the files themselves. */
  get dirty(): boolean {
    return (
      this.#staged.length > 0 ||
      this.journalBytes > 0 ||
      this.#context.touched.size > 0 ||
      [...this.#workspaces.values()].some(({ dirty }) => dirty.size > 0)
    );
  }

  get workspaces(): ReadonlyMap<string, Workspace> {
    return this.#workspaces;
  }

  /**
   * Opens the workspaces of the host's agents, making them if need be; to be called once. What a journal holds for them, this host's or
   * that of one that is gone, is brought into the files first.
   * @throws E_OWNED (another host has it), E_MOVED (a copy), E_LAYOUT (a newer version made it), E_JOURNAL
   */
  async openWorkspaces(requests: readonly WorkspaceRequest[]): Promise<Workspace[]> {
    if (this.#journal !== undefined) throw internal("the workspaces are open already");
    return this.#guard.run("the workspaces could not be opened", async () => {
      const { workspaces, journal } = await openWorkspaces(this.#context, this.#paths, requests);
      for (const workspace of workspaces) this.#workspaces.set(workspace.agent, workspace);
      this.#journal = journal;
      return workspaces;
    });
  }

  /**
   * Applies changes of tasks to memory and queues everything for the next commit. Where the disk fails in between, half a step is queued: then
   * nothing more is committed.
   */
  stage(workspace: Workspace, ops: readonly Op[]): void {
    this.#guard.check();
    const staging = { context: this.#context, workspaces: this.#workspaces, reserved: this.#reserved };
    try {
      for (const op of ops) {
        const staged = stageOp(staging, workspace, op);
        if (staged !== undefined) this.#staged.push(staged);
      }
    } catch (error) {
      if (error instanceof ClawflowError || errorCode(error) === undefined) throw error;
      this.#guard.now("a step could not be prepared", () => {
        throw error;
      });
    }
  }

  /**
   * One journal record for everything staged, synced; then the files. Resolves when the files stand. With `rest` every task.md
   * that is behind is written, else those that are due.
   */
  commit({ rest = false }: { rest?: boolean } = {}): Promise<void> {
    return this.#guard.inTurn("a commit could not be written", () => this.#commit(rest));
  }

  async #commit(rest: boolean): Promise<void> {
    const journal = this.#opened();
    this.#claim.check();
    const texts = prepareTexts(this.#context, this.#workspaces.values(), rest);
    const staged = this.#staged;
    if (staged.length === 0 && texts.length === 0) return;
    this.#staged = [];
    const batch = buildBatch(this.#context, staged, texts, this.#inJournal, this.#clock);
    await prepareFolders(this.#context, staged);
    this.#claim.check();
    await appendBatch(this.#context, journal, batch);
    // A host that was taken over while it stood still wrote into a journal that is not in use any more.
    this.#claim.check();
    applyCommit(this.#context, staged, texts, this.#reserved);
    // Before anything follows from it.
    this.#claim.check();
  }

  /** A receipt came: from `pending/` to `outbox/`. Not in the journal: after a crash it is sent once more. */
  accepted(workspace: Workspace, name: string): void {
    this.#guard.now("a message could not be moved to the outbox", () => {
      this.#claim.check();
      moveAccepted(workspace, name);
    });
  }

  /** What keeps messages from being accepted, by their names; see `noteUndelivered`. */
  undelivered(workspace: Workspace, reasons: Readonly<Record<string, string>>): void {
    this.#guard.now("what keeps messages could not be noted", () => {
      this.#claim.check();
      noteUndelivered(workspace, reasons);
    });
  }

  /** A message that was sent before, again into the inbox of an agent of this store. Nothing happens if it lies there. */
  relink(workspace: Workspace, name: string, receiver: Workspace): void {
    this.#guard.now("a message could not be sent again", () => {
      this.#claim.check();
      relinkMessage(workspace, name, receiver);
    });
  }

  /** Brings all into the files, syncs them, and empties the journal. Commits may go on meanwhile. */
  checkpoint(): Promise<void> {
    this.#checkpoint ??= this.#runCheckpoint().finally(() => {
      this.#checkpoint = undefined;
    });
    return this.#checkpoint;
  }

  async #runCheckpoint(): Promise<void> {
    const doing = "the journal could not be emptied";
    const rotation = await this.#guard.inTurn(doing, async () => {
      await this.#commit(true);
      if (this.journalBytes === 0 && this.#context.touched.size === 0) return undefined;
      const rotated = await rotate(this.#context, this.#paths, this.#opened(), this.#claim);
      this.#journal = rotated.journal;
      this.#inJournal.clear();
      return rotated.touched;
    });
    if (rotation === undefined) return;
    const clocks = [...this.#workspaces.values()]
      .filter(({ paths, tasks }) => tasks.size > 0 || rotation.workspaces.has(paths.root))
      .map((workspace) => ({ workspace, clock: workspace.runningClock + this.#clock }));
    await this.#guard.run(doing, () =>
      finishCheckpoint(this.#context, this.#paths, rotation, clocks, this.#claim),
    );
  }

  /** Monotonic time at which the next task.md is due; a commit then writes it. */
  nextWriteDue(): number | undefined {
    let next: number | undefined;
    for (const { dirty } of this.#workspaces.values()) {
      for (const file of dirty) next = Math.min(next ?? Number.POSITIVE_INFINITY, dueAt(this.#context, file));
    }
    return next;
  }

  /**
   * Milliseconds that this host has run. Each agent's own clock is ahead by what its hosts before had run; it goes into records and,
   * at a checkpoint, into each workspace.
   */
  setRunningClock(ms: number): void {
    this.#clock = ms;
  }

  /** Writes everything, empties the journal, gives the claim back. After a failure only the last. */
  async close(): Promise<void> {
    try {
      if (!this.#guard.isBroken && this.#journal !== undefined) {
        await this.checkpoint();
        // One that was under way held nothing of what came after its beginning.
        if (this.dirty) await this.checkpoint();
        const keep = () => keepClocks(this.#context, this.#workspaces.values(), this.#clock);
        await this.#guard.run("a clock could not be written", keep);
      }
    } finally {
      await this.abandon();
    }
  }

  /** Gives the claim back and writes nothing more: what is in memory may be ahead of what is durable, or wrong. */
  async abandon(): Promise<void> {
    this.#guard.end(internal("the store is closed"));
    // It would remove a journal that is another's by then.
    await this.#checkpoint?.catch(() => {});
    this.#journal?.close();
    this.#giveBack();
  }

  /** A claim that stays behind is that of a process that is gone: it stops nobody. */
  #giveBack(): void {
    try {
      this.#claim.release();
    } catch {}
  }

  #opened(): Journal {
    this.#guard.check();
    if (this.#journal === undefined) throw internal("no workspaces are open");
    return this.#journal;
  }
}

/** To a host that stood still, what the one that took over has moved or removed meanwhile looks like a fault of the disk. */
function takenOver(claim: Claim): ClawflowError | undefined {
  try {
    claim.check();
    return undefined;
  } catch (error) {
    return error instanceof ClawflowError && error.code === "E_LOCKED" ? error : undefined;
  }
}
