import type { Claim } from "./claim.ts";
import { type StoreContext, syncPaths } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import { dropOldJournal, type Journal, rotateJournal } from "./journal.ts";
import type { HostPaths } from "./layout.ts";
import { Touched } from "./touched.ts";
import type { Workspace } from "./workspace.ts";

/** From so many on, one sync of the whole file system is cheaper than one for each. */
const SYNC_ALL_FROM = 32;

export interface Rotation {
  journal: Journal;
  /** What the generation that was put aside had touched. */
  touched: Touched;
}

/** Puts the journal's records aside. All texts of tasks must be written; no commit may run meanwhile. @throws E_LOCKED */
export async function rotate(
  context: StoreContext,
  paths: HostPaths,
  journal: Journal,
  claim: Claim,
): Promise<Rotation> {
  const { touched } = context;
  const sync = (files: readonly string[], folders: readonly string[]) => syncPaths(context, files, folders);
  const next = await rotateJournal(context.disk, paths, journal, sync, claim);
  context.touched = new Touched();
  // From now on, not from when the syncs begin: a commit may come between, and rename what is to be synced.
  context.syncing = { files: touched.files, late: new Set() };
  return { journal: next, touched };
}

/** Makes durable what the old generation touched, then drops its records. Commits may go on. @throws E_LOCKED */
export async function finishCheckpoint(
  context: StoreContext,
  paths: HostPaths,
  touched: Touched,
  clocks: readonly { workspace: Workspace; clock: number }[],
  claim: Claim,
): Promise<void> {
  claim.check();
  const staged = clocks.map(({ workspace, clock }) => ({
    workspace,
    path: workspace.files.stage(`${Math.round(clock)}\n`),
  }));
  for (const { path } of staged) touched.files.add(path);
  await syncTouched(context, touched);
  // Syncing takes long: the journal that is dropped below may be that of a host that took over meanwhile.
  claim.check();
  // The content is durable; the name may follow later, until then the clock of the last time stands. A workspace may have been removed.
  for (const { workspace, path } of staged) {
    unlessMissing(() => context.disk.rename(path, workspace.paths.clock));
  }
  claim.check();
  await dropOldJournal(context.disk, paths, (files, folders) => syncPaths(context, files, folders));
}

/** Syncs everything that was touched, one by one or, where it is much, whole file systems. */
export async function syncTouched(context: StoreContext, touched: Touched): Promise<void> {
  context.syncing ??= { files: touched.files, late: new Set() };
  const { late } = context.syncing;
  try {
    if (touched.size >= SYNC_ALL_FROM && (await syncFileSystems(context, touched))) return;
    await syncPaths(context, [...touched.files], touched.folderList());
    // A file that was renamed before its turn came stood under neither name that was synced.
    while (late.size > 0) {
      const again = [...late];
      late.clear();
      await syncPaths(context, again, []);
    }
  } finally {
    context.syncing = undefined;
  }
}

async function syncFileSystems(context: StoreContext, touched: Touched): Promise<boolean> {
  const { disk, durability } = context;
  if (durability === "os" || disk.syncAll === undefined) return false;
  const byDevice = new Map<number, string>();
  for (const path of touched.workspaces) byDevice.set(disk.stat(path)?.dev ?? 0, path);
  for (const path of byDevice.values()) {
    context.syncs += 1;
    if (!(await disk.syncAll(path))) return false;
  }
  return byDevice.size > 0;
}
