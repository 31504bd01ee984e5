import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, unlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import type { ReadDisk } from "../store/disk.ts";
import { errorCode, unlessMissing } from "../store/disk-error.ts";
import type { JobFile } from "../view/export/job-files.ts";

export interface Written {
  files: number;
  bytes: number;
}

/** A new file, whole: what went wrong leaves none. @throws E_USAGE where something stands there */
export function writeNew(path: string, chunks: Iterable<Uint8Array>): Written {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  let bytes = 0;
  try {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
      bytes += chunk.length;
    }
    fsyncSync(file);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
  return { files: 1, bytes };
}

/** Copies, in a folder that is new or empty. Files that are gone by now are left out. @throws E_USAGE */
export function writeCopies(disk: ReadDisk, files: Iterable<JobFile>, folder: string): Written {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (readdirSync(folder).length > 0) throw Object.assign(new Error("it is not empty"), { code: "EEXIST" });
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
  const written: Written = { files: 0, bytes: 0 };
  for (const { name, path } of files) {
    const bytes = unlessMissing(() => disk.read(path));
    if (bytes === undefined) continue;
    const to = join(folder, name);
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    writeNew(to, [bytes]);
    written.files++;
    written.bytes += bytes.length;
  }
  return written;
}

function cannotWrite(path: string, cause: unknown): ClawflowError {
  const isThere = errorCode(cause) === "EEXIST";
  return new ClawflowError("E_USAGE", isThere ? "something stands there already" : "it cannot be written", {
    at: path,
    hint: "Name a file or folder that is not there yet.",
    cause,
  });
}
