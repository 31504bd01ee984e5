import { join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { syncTouched } from "./checkpoint.ts";
import { newContext, type StoreContext, syncPaths } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import { type Folded, foldRecords } from "./fold.ts";
import { isMarkedFailed, type Journal, readJournal, renewJournal, rewriteJournal } from "./journal.ts";
import { type HostPaths, parseRevName, workspacePaths } from "./layout.ts";
import { checkNotMoved, hostOf, readOwner, sameFolder } from "./owner.ts";
import { replayBlobs, replayFiles } from "./replay-messages.ts";
import { keptByFolder, replayTask } from "./replay-tasks.ts";
import { sweepTmp } from "./sweep.ts";
import { Workspace } from "./workspace.ts";

/**
 * Brings the files of every workspace to where the journal of a host leaves them, makes all of it durable, whether it had to be
 * repeated or stood already, and only then begins a new journal. The caller holds the claim of that host.
 * @throws E_JOURNAL, E_MOVED
 */
export async function replayJournal(outer: StoreContext, paths: HostPaths): Promise<Journal> {
  const context = newContext(outer);
  context.rewrite = isMarkedFailed(outer.disk, paths);
  const sync = (files: readonly string[], folders: readonly string[]) => syncPaths(context, files, folders);
  // The host may have ended while its last record was on the way: it must be durable before files follow it.
  if (context.rewrite) await rewriteJournal(context.disk, paths, sync);
  else await sync([paths.oldJournal, paths.journal], [paths.directory]);
  const { records, generation } = readJournal(outer.disk, paths);
  const folded = foldRecords(paths.directory, records);
  const workspaces = replayable(context, paths, folded);
  for (const workspace of workspaces.values()) sweepTmp(workspace);
  if (context.rewrite) for (const workspace of workspaces.values()) rewriteRevs(workspace);
  replayBlobs(folded, workspaces);
  for (const [directory, workspace] of workspaces) {
    const at = folded.get(directory);
    if (at === undefined) continue;
    replayFiles(workspace, at);
    const kept = keptByFolder(workspace);
    for (const [id, task] of at.tasks) replayTask(workspace, id, task, kept);
    replayClock(workspace, at.clock);
  }
  for (const write of context.unrecorded) await write();
  await syncTouched(context, context.touched);
  const journal = await renewJournal(context.disk, paths, generation + 1, sync);
  outer.syncs += context.syncs;
  return journal;
}

/**
 * The workspaces that still belong to this journal. One that another host has taken since then has gone on: its old records were
 * replayed before it was taken, and must not be again.
 */
function replayable(context: StoreContext, paths: HostPaths, folded: Folded): Map<string, Workspace> {
  const workspaces = new Map<string, Workspace>();
  for (const { agent, directory } of folded.values()) {
    const at = workspacePaths(directory);
    const owner = readOwner(context.disk, at);
    if (owner === undefined) {
      context.onProblem(agent, `${directory} is gone; what the journal held for it is dropped`);
    } else if (sameFolder(context.disk, hostOf(owner, at), paths.directory)) {
      checkNotMoved(context.disk, at, owner);
      workspaces.set(directory, new Workspace(context, agent, directory));
    }
  }
  return workspaces;
}

/** Earlier texts stand in no record: after a failed sync only what is written anew is known to be durable. */
function rewriteRevs({ context, paths, files }: Workspace): void {
  for (const name of unlessMissing(() => context.disk.list(paths.base)) ?? []) {
    const path = join(paths.base, name);
    if (parseRevName(name) !== undefined) files.put(path, context.disk.read(path));
  }
}

function replayClock(workspace: Workspace, clock: number): void {
  if (readClock(workspace) < clock) workspace.files.put(workspace.paths.clock, `${Math.round(clock)}\n`);
}

/** Milliseconds that the agent's hosts have run, as the workspace says. */
export function readClock({ context, paths }: Workspace): number {
  const bytes = unlessMissing(() => context.disk.read(paths.clock));
  const text = Buffer.from(bytes ?? [])
    .toString("utf8")
    .trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** For a message about a host that cannot be asked to go on. */
export function ownedBy(directory: string, found: string, hint: string): ClawflowError {
  return new ClawflowError("E_OWNED", "another host has this workspace", { at: directory, found, hint });
}
