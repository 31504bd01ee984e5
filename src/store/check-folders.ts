import { ClawflowError } from "../protocol/errors.ts";
import type { ReadDisk } from "./disk.ts";
import { type WorkspacePaths, workspaceFolders } from "./layout.ts";

/**
 * A link in the place of a folder would lead what is written, and swept away, to a place of somebody else.
 * @throws E_NOT_A_FILE
 */
export function checkFolders(disk: ReadDisk, paths: WorkspacePaths): void {
  for (const folder of workspaceFolders(paths)) {
    const kind = folder === paths.root ? "folder" : (disk.stat(folder)?.kind ?? "folder");
    if (kind === "folder") continue;
    throw new ClawflowError("E_NOT_A_FILE", "not a folder", {
      at: folder,
      expected: "a folder of the workspace itself",
      found: kind === "link" ? "a symbolic link" : "a file",
      hint: "To keep it elsewhere move the whole workspace there, and name it in the team file.",
    });
  }
}
