import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./disk-error.ts";

/**
 * A folder and those above it, as far as they are missing.
 *
 * @throws what the disk says of the first that cannot be made: EROFS, EACCES, ENOSPC, ENOTDIR, …
 */
export function makeFolders(path: string, mode?: number): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    // Node says ENOENT of a folder that a read-only disk refuses, and of others that it could not make.
    if (errorCode(error) !== "ENOENT") throw error;
    makeEach(path, mode);
  }
}

function makeEach(path: string, mode: number | undefined): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeEach(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errorCode(error) !== "EEXIST" || !isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
