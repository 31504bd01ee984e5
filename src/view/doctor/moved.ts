import { ClawflowError } from "../../protocol/errors.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { workspacePaths } from "../../store/layout.ts";
import { checkNotMoved, readOwner } from "../../store/owner.ts";
import type { Patient } from "./finding.ts";

/** A copy, or a workspace that was moved to another file system; the whole root renamed is neither. @returns whether it is one */
export function examinePlace({ disk, paths, agent, found }: Patient): boolean {
  if (!isMoved(disk, paths.root)) return false;
  const owner = readOwner(disk, paths);
  const from = owner?.directory ?? "";
  const isThere =
    from !== paths.root && readOwner(disk, workspacePaths(from))?.workspace === owner?.workspace;
  const original = isThere
    ? `the original stands at ${from}`
    : `it was at ${from}, where the original is no more`;
  found({
    kind: "moved",
    path: paths.root,
    text: `a copy, or moved here from another file system: ${original}. No host takes it before a person has said which`,
    todo: isThere
      ? `clawflow doctor ${agent} --copied, if the original is still in use; else clawflow doctor ${agent} --moved`
      : `clawflow doctor ${agent} --moved; or --copied, if the original goes on at another place`,
  });
  return true;
}

/** Whether hosts refuse that workspace with E_MOVED. */
export function isMoved(disk: ReadDisk, directory: string): boolean {
  const paths = workspacePaths(directory);
  const owner = readOwner(disk, paths);
  if (owner === undefined) return false;
  try {
    checkNotMoved(disk, paths, owner);
    return false;
  } catch (error) {
    if (error instanceof ClawflowError && error.code === "E_MOVED") return true;
    throw error;
  }
}
