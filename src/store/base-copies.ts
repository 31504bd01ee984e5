import { unlessMissing } from "./disk-error.ts";
import { sameFile } from "./inbox.ts";
import { basePath, revPath } from "./layout.ts";
import type { TaskFile } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

const HOUR = 3600 * 1000;
/** Earlier texts stand at least so far apart, and the further the older they are: a hundred are enough for an hour. */
const NEAREST = 1_000;
const SPREAD = 16;

/**
 * Writes the base copy: the state, whoever task.md belongs to at the moment. The text that stood there is kept under its revision, for an
 * editor may have been open since then. Not a link: editors save in place.
 */
export function writeBase(workspace: Workspace, file: TaskFile, text: string, rev: number): void {
  const { context, paths, files, bases } = workspace;
  const id = file.task.task_id;
  const base = basePath(paths, id);
  const { baseRev } = file;
  const earlier = revPath(paths, id, baseRev ?? rev);
  const isEarlier = baseRev !== undefined && baseRev !== rev && !file.revs.has(baseRev);
  // A text of a person that was taken at that revision goes before the runtime's own.
  const isKept = isEarlier && files.keepAs(base, earlier);
  try {
    files.put(base, text);
  } catch (error) {
    // To whoever has taken over and replaced the base copy since, this is an earlier text of its own.
    if (isKept && sameFile(context.disk.stat(base), context.disk.stat(earlier))) context.disk.unlink(earlier);
    throw error;
  }
  if (isKept) noteRev(workspace, file, baseRev, context.wall());
  file.baseRev = rev;
  bases.add(id);
}

/** Removes the base copy and all earlier texts: the task is finished, and nobody may still be editing it. */
export function removeBases(workspace: Workspace, file: TaskFile): void {
  const { paths, files, bases } = workspace;
  const id = file.task.task_id;
  if (bases.delete(id)) files.remove(basePath(paths, id));
  for (const rev of file.revs.keys()) files.remove(revPath(paths, id, rev));
  file.revs.clear();
  delete file.baseRev;
}

/** A text stands under that revision from now on; those that are too old or too near to each other go. */
export function noteRev(workspace: Workspace, file: TaskFile, rev: number, at: number): void {
  file.revs.delete(rev);
  file.revs.set(rev, at);
  const { context, paths, files } = workspace;
  const now = context.wall();
  const drop = (other: number) => {
    file.revs.delete(other);
    files.remove(revPath(paths, file.task.task_id, other));
  };
  let older: number | undefined;
  const all = [...file.revs];
  for (const [index, [other, time]] of all.entries()) {
    const age = now - time;
    const next = all[index + 1]?.[1];
    // One whose neighbours are near enough to each other is not missed.
    const isBetween =
      older !== undefined && next !== undefined && next - older <= Math.max(NEAREST, age / SPREAD);
    if (other !== rev && (age > HOUR || isBetween)) drop(other);
    else older = time;
  }
}

/** What a person had before them: exactly that text, or the nearest ones before and after it. */
export interface Base {
  text: string | undefined;
  later?: string | undefined;
}

/** The text that a person had before them who names this revision. `text` is `undefined` where none is left. */
export function baseFor(workspace: Workspace, file: TaskFile, rev: number | undefined): Base {
  const { paths } = workspace;
  const id = file.task.task_id;
  const current = () => readText(workspace, basePath(paths, id));
  const textOf = (known: number) =>
    file.revs.has(known) ? readText(workspace, revPath(paths, id, known)) : current();
  if (rev === undefined) return { text: current() };
  const revs = [...file.revs.keys(), ...(file.baseRev === undefined ? [] : [file.baseRev])];
  const earlier = revs.filter((known) => known <= rev);
  if (earlier.length === 0) return { text: undefined };
  const nearest = Math.max(...earlier);
  const text = textOf(nearest);
  const after = revs.filter((known) => known > rev);
  return nearest === rev || after.length === 0 ? { text } : { text, later: textOf(Math.min(...after)) };
}

function readText({ context }: Workspace, path: string): string | undefined {
  const bytes = unlessMissing(() => context.disk.read(path));
  return bytes === undefined || bytes.length === 0 ? undefined : Buffer.from(bytes).toString("utf8");
}
