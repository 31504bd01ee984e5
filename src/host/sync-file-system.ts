import { type ExecFileException, execFile } from "node:child_process";
import { release } from "node:os";

const PATIENCE = 60_000;

/**
 * Makes everything on the file system of `path` durable, by the system's `sync -f`: one call in place of one for each file, where a
 * checkpoint has touched many.
 *
 * @returns false where that is not to be had, or takes too long; then each file is to be synced by itself.
 * @throws EIO where it failed: after that no file of it can be trusted because a sync of its own succeeds.
 */
export function syncFileSystem(path: string): Promise<boolean> {
  if (!tellsOfErrors(process.platform, release())) return Promise.resolve(false);
  const env = { ...process.env, LC_ALL: "C" };
  return new Promise((resolve, reject) => {
    execFile("sync", ["-f", path], { timeout: PATIENCE, env }, (error, _, stderr) => {
      if (error === null) resolve(true);
      else if (wasNotBegun(error, stderr)) resolve(false);
      else reject(Object.assign(new Error(`EIO: sync -f ${path}: ${stderr.trim()}`), { code: "EIO" }));
    });
  });
}

/** Before 5.8 the system did not tell of data that it could not write; elsewhere `sync` knows no file systems, or does not wait. */
function tellsOfErrors(platform: NodeJS.Platform, version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return platform === "linux" && (major > 5 || (major === 5 && minor >= 8));
}

/** No such program, no process to be had, one that does not know the option; or it was ended because it took too long. */
function wasNotBegun(error: ExecFileException, stderr: string): boolean {
  if (typeof error.code !== "number") return true;
  return error.code === 126 || error.code === 127 || /option|usage/i.test(stderr);
}
