import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MEASURED } from "./machine.mjs";

const folders = [];

process.on("exit", deleteFolders);
// A signal goes to every process of a terminal or a time-out: each that has folders ends in order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

/**
 * A new folder, on the file system that is measured. Deleting slows what comes after it on some file systems, so all are deleted when
 * the program ends, however it ends.
 */
export function freshFolder(name) {
  const folder = mkdtempSync(join(MEASURED, `clawflow-peers-${name}-`));
  // Servers run as other users.
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

export function deleteFolders() {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
