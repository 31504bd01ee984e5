import { join, relative, resolve } from "node:path";
import { folderName } from "../protocol/ids.ts";

/** Version 1 of the layout; a workspace of a higher one is refused. */
export const LAYOUT_VERSION = 1;

/*
 * <workspace>/
 *   mailbox/inbox/<message>.md                 what others want of the agent
 *           outbox/<message>.md                sent and accepted
 *           outbox/pending/<message>.md        decided to be sent, not yet accepted
 *           archive/YYYY/MM/DD/<message>.md    handled
 *           dead/<message>.md, <message>.reason.md
 *           blobs/sha256/ab/<hash>             attachments
 *           tmp/                               staging: s-<pid>-<n> of the host itself, d-<random> of whoever delivers
 *   tasks/<folder>/task.md, results/<subtask>.md, calls/<n>.json
 *                  task.problem.md             what of a person's edit was not taken, and why
 *                  task.rejected-<time>.md     a text of a person that could not be taken and had to be replaced
 *   .clawflow/version       number of the layout
 *             owner         which host's journal may hold changes, and how a copy is told from the original
 *             clock         milliseconds that the agent's hosts have run
 *             base/<folder>.md    the state as the runtime last wrote it: of each open task, and for an hour of the last finished ones with subtasks
 *             base/<folder>@<rev>.md      earlier texts of the last hour, and those of a person that were taken at that rev
 *             kept/                       files that were replaced, for as long as an editor may still hold them open
 *             removed.jsonl       one line a task that gc removed
 *             events.jsonl        what a log tells of files that gc removed, one event a line
 *             undelivered.json    what keeps messages of outbox/pending from being accepted, as its host saw it last
 *             lost+found/<time>/  what stood where it disturbed, under the path that it had
 *
 * <host directory>/
 *   journal, journal.old      commits that are not yet durable in the files; `.old` while it is emptied
 *   failed                    the disk failed under the last host: what it had not synced is written anew
 *   host                      who runs; the newest of
 *   host.term-<n>             the claims, numbered: each is made by an exclusive link
 *   notify/                   what people were told, and what is to be told (src/notify/notify-log.ts)
 */
export interface WorkspacePaths {
  root: string;
  mailbox: string;
  inbox: string;
  outbox: string;
  pending: string;
  archive: string;
  dead: string;
  blobs: string;
  tmp: string;
  tasks: string;
  own: string;
  version: string;
  owner: string;
  clock: string;
  base: string;
  kept: string;
  removed: string;
  events: string;
  undelivered: string;
  lost: string;
}

export function workspacePaths(directory: string): WorkspacePaths {
  const root = resolve(directory);
  const mailbox = join(root, "mailbox");
  const own = join(root, ".clawflow");
  return {
    root,
    mailbox,
    inbox: join(mailbox, "inbox"),
    outbox: join(mailbox, "outbox"),
    pending: join(mailbox, "outbox", "pending"),
    archive: join(mailbox, "archive"),
    dead: join(mailbox, "dead"),
    blobs: join(mailbox, "blobs", "sha256"),
    tmp: join(mailbox, "tmp"),
    tasks: join(root, "tasks"),
    own,
    version: join(own, "version"),
    owner: join(own, "owner"),
    clock: join(own, "clock"),
    base: join(own, "base"),
    kept: join(own, "kept"),
    removed: join(own, "removed.jsonl"),
    events: join(own, "events.jsonl"),
    undelivered: join(own, "undelivered.json"),
    lost: join(own, "lost+found"),
  };
}

/** The folders of a workspace, those above first. */
export function workspaceFolders(paths: WorkspacePaths): string[] {
  const { root, mailbox, inbox, outbox, pending, archive, dead, blobs, tmp, tasks, own, base, kept } = paths;
  return [
    root,
    mailbox,
    inbox,
    outbox,
    pending,
    archive,
    dead,
    join(mailbox, "blobs"),
    blobs,
    tmp,
    tasks,
    own,
    base,
    kept,
  ];
}

export function taskFolder(paths: WorkspacePaths, id: string): string {
  return join(paths.tasks, folderName(id));
}

export function taskPath(paths: WorkspacePaths, id: string): string {
  return join(paths.tasks, folderName(id), "task.md");
}

export function basePath(paths: WorkspacePaths, id: string): string {
  return join(paths.base, `${folderName(id)}.md`);
}

/** An earlier text of the task, as the runtime wrote or took it at that revision. */
export function revPath(paths: WorkspacePaths, id: string, rev: number): string {
  return join(paths.base, `${folderName(id)}@${rev}.md`);
}

/** What `revPath` named; `undefined` for other names. */
export function parseRevName(name: string): { folder: string; rev: number } | undefined {
  const [, folder, rev] = /^(.+)@(\d{1,15})\.md$/.exec(name) ?? [];
  return folder === undefined || rev === undefined ? undefined : { folder, rev: Number(rev) };
}

export function problemPath(paths: WorkspacePaths, id: string): string {
  return join(paths.tasks, folderName(id), "task.problem.md");
}

export function blobPath(paths: WorkspacePaths, sha256: string): string {
  return join(paths.blobs, sha256.slice(0, 2), sha256);
}

/** `<name>.reason.md` beside a dead message. */
export function reasonPath(messagePath: string): string {
  return `${messagePath.replace(/\.md$/, "")}.reason.md`;
}

export interface HostPaths {
  directory: string;
  journal: string;
  oldJournal: string;
  newJournal: string;
  failed: string;
  host: string;
}

export function hostPaths(directory: string): HostPaths {
  const root = resolve(directory);
  return {
    directory: root,
    journal: join(root, "journal"),
    oldJournal: join(root, "journal.old"),
    newJournal: join(root, "journal.new"),
    failed: join(root, "failed"),
    host: join(root, "host"),
  };
}

/** Paths in the journal and in `owner` are relative, so that a root that is renamed whole stays one. */
export function relativeTo(directory: string, path: string): string {
  return relative(directory, path).replaceAll("\\", "/") || ".";
}
