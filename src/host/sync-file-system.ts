import { execFile } from "node:child_process";

/**
 * Makes everything on the file system of `path` durable, by the system's `sync -f`: one call in place of one for each file, where a
 * checkpoint has touched many.
 *
 * @returns false where there is no such program or it could not; then each file is to be synced by itself.
 */
export function syncFileSystem(path: string): Promise<boolean> {
  // Elsewhere `sync` knows no file systems, or does not wait.
  if (process.platform !== "linux") return Promise.resolve(false);
  return new Promise((resolve) => {
    execFile("sync", ["-f", path], { timeout: 60_000 }, (error) => resolve(error === null));
  });
}
