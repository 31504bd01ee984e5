import { join } from "node:path";
import { MESSAGE_FILE_NAME } from "../../protocol/ids.ts";
import type { FileStat } from "../../store/disk.ts";
import { errorCode } from "../../store/disk-error.ts";
import { workspaceFolders } from "../../store/layout.ts";
import type { Mend } from "../../store/mend.ts";
import { foldersOf, LETTER_PLACES } from "../letters.ts";
import { listNames } from "../read-text.ts";
import type { Patient } from "./finding.ts";

const OWNER_ALL = 0o700;
const OWNER_BOTH = 0o600;
const WRITABLE = 0o222;

/** Folders and files that this user cannot use, and published messages that anybody could change by mistake. @returns false where a folder cannot be looked into */
export function examinePermissions(patient: Patient): boolean {
  const { disk, paths } = patient;
  const known = workspaceFolders(paths).filter((path) => disk.stat(path)?.kind === "folder");
  // Those above first: what is below cannot be asked about.
  if (known.some((path) => !isUsable(patient, path))) return false;
  const tasks = listNames(disk, paths.tasks).map((name) => join(paths.tasks, name));
  const folders = tasks.filter((path) => disk.stat(path)?.kind === "folder");
  const days = foldersOf(disk, paths, "archive").filter((path) => disk.stat(path)?.kind === "folder");
  const usable = [...folders, ...days].map((path) => isUsable(patient, path));
  if (usable.includes(false)) return false;
  for (const folder of folders) examineTaskFile(patient, join(folder, "task.md"));
  for (const place of LETTER_PLACES) examineMessages(patient, place);
  return true;
}

function isUsable({ disk, found }: Patient, path: string): boolean {
  const stat = disk.stat(path);
  const may = disk.access?.(path);
  const lacks = lacking(stat, OWNER_ALL);
  if (lacks === 0 && (may === undefined || (may.read && may.write))) return true;
  found({
    kind: "permission",
    path,
    text: "this user may not read and write in this folder: no host can begin here",
    ...(lacks === 0
      ? { todo: "chown or chmod it: it is somebody else's" }
      : { fix: "gives its owner all rights", mends: [modeOf(path, stat, OWNER_ALL)] }),
  });
  return may === undefined || may.read;
}

function examineTaskFile({ disk, found }: Patient, path: string): void {
  const stat = disk.stat(path);
  if (stat?.kind !== "file" || lacking(stat, OWNER_BOTH) === 0) return;
  found({
    kind: "permission",
    path,
    text: "its owner may not read and write it: nobody can edit this task",
    fix: "gives its owner both rights",
    mends: [modeOf(path, stat, OWNER_BOTH)],
  });
}

/** One finding for all of a place: a restored backup has them all wrong. */
function examineMessages({ disk, paths, found }: Patient, place: (typeof LETTER_PLACES)[number]): void {
  const mends: Mend[] = [];
  for (const folder of foldersOf(disk, paths, place)) {
    for (const name of listNames(disk, folder)) {
      if (!MESSAGE_FILE_NAME.test(name.replace(/\.again-\d+\.md$/, ".md"))) continue;
      const path = join(folder, name);
      const stat = disk.stat(path);
      if (stat?.kind !== "file" || stat.mode === undefined || (stat.mode & WRITABLE) === 0) continue;
      mends.push({ do: "mode", path, mode: (stat.mode & ~WRITABLE) | 0o400 });
    }
  }
  if (mends.length === 0) return;
  found({
    kind: "permission",
    path: paths[place],
    text: `${mends.length} published ${mends.length === 1 ? "message" : "messages"} can be written to; a message never changes`,
    fix: "makes them read-only",
    mends,
  });
}

/** Runs a check that reads; what may not be read is told instead. */
export function unlessDenied({ found }: Patient, check: () => void): void {
  try {
    check();
  } catch (error) {
    const code = errorCode(error);
    if (code !== "EACCES" && code !== "EPERM") throw error;
    const { path } = error as NodeJS.ErrnoException;
    found({
      kind: "permission",
      path: path ?? "",
      text: "this user may not read it; what depends on it was not looked at",
      todo: "chown or chmod it",
    });
  }
}

function lacking(stat: FileStat | undefined, bits: number): number {
  return stat?.mode === undefined ? 0 : bits & ~stat.mode;
}

function modeOf(path: string, stat: FileStat | undefined, bits: number): Mend {
  return { do: "mode", path, mode: (stat?.mode ?? 0) | bits };
}
