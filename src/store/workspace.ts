import { join } from "node:path";
import type { Attachment, Task } from "../protocol/task.ts";
import { putBlob, putBlobText } from "./blobs.ts";
import type { StoreContext } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import { type FoundText, findEdits, isUnsettled } from "./find-edits.ts";
import { type FileIdentity, isSettled, listInbox, readInbox, type Sighting } from "./inbox.ts";
import { findKeptEdits } from "./kept-files.ts";
import { blobPath, type WorkspacePaths, workspacePaths } from "./layout.ts";
import type { KeptFile } from "./place-text.ts";
import { findRemoved, type RemovedTask, type RemovedWork } from "./removed.ts";
import { readTask, type TaskFile } from "./task-file.ts";
import type { InboxFile, PendingFile } from "./types.ts";
import { WorkspaceFiles } from "./workspace-files.ts";

/** The folder of one agent while its host has it open. Reading is here; changes go through the store's `stage` and `commit`. */
export class Workspace {
  readonly agent: string;
  readonly directory: string;
  readonly paths: WorkspacePaths;
  /** Tasks that are not final. */
  readonly tasks = new Map<string, Task>();
  /** Milliseconds that hosts of this agent had run when the workspace was opened. */
  runningClock = 0;

  /** What follows is the store's own. Tasks that are final, their last text not yet written. */
  readonly closing = new Map<string, Task>();
  readonly taskFiles = new Map<string, TaskFile>();
  /** Those of `taskFiles` whose text on disk is behind. */
  readonly dirty = new Set<TaskFile>();
  /** Tasks that have a base copy. */
  readonly bases = new Set<string>();
  /** Names of base copies of open tasks that cannot be read, a later version's among them: nothing of theirs is touched. */
  readonly unread = new Set<string>();
  /** Files that were replaced lately. */
  readonly kept: KeptFile[] = [];
  readonly pendingNames = new Set<string>();
  /** Staged to be sent by a transport, not yet on disk. */
  readonly sending = new Set<string>();
  /** Day folders of the archive whose names are durable. */
  readonly durableFolders = new Set<string>();
  readonly sightings = new Map<string, Sighting>();
  /** Files of names that are not the runtime's, as they were when read. */
  readonly seen = new Map<string, FileIdentity>();
  readonly files: WorkspaceFiles;
  readonly context: StoreContext;
  removedTasks: Map<string, RemovedTask> | undefined;

  constructor(context: StoreContext, agent: string, directory: string) {
    this.context = context;
    this.agent = agent;
    this.paths = workspacePaths(directory);
    this.directory = this.paths.root;
    this.files = new WorkspaceFiles(context, this.paths);
  }

  /** An open task from memory, a finished one from its file. @throws what `parseTask` does when the file cannot be read */
  task(id: string): Task | undefined {
    return this.tasks.get(id) ?? this.closing.get(id) ?? readTask(this.context.disk, this.paths, id)?.task;
  }

  /** Texts that a person left in place of the runtime's, each once it is at rest; to be taken or refused (`take-edits.ts`). */
  findEdits(): FoundText[] {
    return [...findEdits(this), ...findKeptEdits(this)];
  }

  /** When `findEdits` is worth another call; `undefined`: nothing is open. */
  get nextEditLook(): "soon" | "later" | undefined {
    if (isUnsettled(this) || this.kept.some(({ changed }) => changed !== undefined)) return "soon";
    return this.taskFiles.size + this.kept.length > 0 ? "later" : undefined;
  }

  /** Names in the inbox that may be messages; of those that are not the runtime's own, ask `settled` before reading. */
  inbox(): string[] {
    return listInbox(this.context.disk, this.paths);
  }

  /** Whether a file of that name lies in the inbox. */
  hasArrived(name: string): boolean {
    return this.context.disk.stat(join(this.paths.inbox, name)) !== undefined;
  }

  /** Whether a file that somebody dropped has not changed for 500 ms; always true for the runtime's own names. */
  settled(name: string): boolean {
    return isSettled(this, name);
  }

  /**
   * `undefined`: it is gone, or changed while it was read: look again later.
   * @throws E_NOT_A_FILE for a link, folder or pipe; E_TOO_LARGE, without reading it, above `limit` bytes
   */
  read(name: string, limit?: number): InboxFile | undefined {
    return readInbox(this, name, limit);
  }

  /** Messages that were decided to be sent and not yet accepted, those committed alone. */
  pending(): PendingFile[] {
    return [...this.pendingNames].flatMap((name) => {
      const bytes = unlessMissing(() => this.context.disk.read(join(this.paths.pending, name)));
      return bytes === undefined ? [] : [{ name, bytes }];
    });
  }

  /** A message of this agent as it was sent, accepted or not. */
  stored(name: string): Uint8Array | undefined {
    return (
      unlessMissing(() => this.context.disk.read(join(this.paths.pending, name))) ??
      unlessMissing(() => this.context.disk.read(join(this.paths.outbox, name)))
    );
  }

  /** Copies a file into the workspace's attachments; it is durable when this resolves. @throws E_BLOB */
  putBlob(sourcePath: string): Promise<Attachment> {
    return putBlob(this, sourcePath);
  }

  /** The same for a text that stands in no file. */
  putBlobText(name: string, text: string): Promise<Attachment> {
    return putBlobText(this, name, text);
  }

  blobPath(sha256: string): string {
    return blobPath(this.paths, sha256);
  }

  /** The first of them whose content is not here. */
  lacking(attachments: readonly Attachment[] = []): Attachment | undefined {
    return attachments.find(({ sha256, bytes }) => {
      const found = this.context.disk.stat(this.blobPath(sha256));
      return found?.kind !== "file" || found.size !== bytes;
    });
  }

  /** The line that gc left of a task, if it left one. */
  removed(work: RemovedWork): RemovedTask | undefined {
    return findRemoved(this, work);
  }
}
