import { join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import type { Disk, ReadDisk } from "./disk.ts";
import { errorCode, unlessMissing } from "./disk-error.ts";

/** Names of saved scripts; the file is `<workspace>/workflows/<name>.js`. */
export const SCRIPT_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

const FOLDER = "workflows";
/** What a script was before it was saved anew, by its hash. */
const EARLIER = "earlier";

/** Absolute. @throws E_ID */
export function savedScriptPath(workspace: string, name: string): string {
  if (SCRIPT_NAME.test(name)) return join(workspace, FOLDER, `${name}.js`);
  throw new ClawflowError("E_ID", "not a name of a script", {
    expected: "small letters, digits and dashes, at most 64",
    found: JSON.stringify(name),
  });
}

/** `undefined`: there is none of that name. @throws E_ID */
export function readSavedScript(disk: ReadDisk, workspace: string, name: string): string | undefined {
  const bytes = unlessMissing(() => disk.read(savedScriptPath(workspace, name)));
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
}

/** Sorted. */
export function listSavedScripts(disk: ReadDisk, workspace: string): string[] {
  const names = unlessMissing(() => disk.list(join(workspace, FOLDER))) ?? [];
  return names
    .filter((name) => name.endsWith(".js"))
    .map((name) => name.slice(0, -".js".length))
    .filter((name) => SCRIPT_NAME.test(name))
    .sort();
}

/** Durable when it resolves. What stood under that name is kept in `workflows/earlier/`. @throws E_ID */
export async function saveScript(
  disk: Disk,
  workspace: string,
  name: string,
  program: string,
): Promise<void> {
  const path = savedScriptPath(workspace, name);
  const before = readSavedScript(disk, workspace, name);
  if (before === program) return;
  disk.mkdir(join(workspace, FOLDER, EARLIER));
  if (before !== undefined) {
    const kept = join(workspace, FOLDER, EARLIER, `${name}@${sha256(before).slice(0, 12)}.js`);
    try {
      disk.link(path, kept);
    } catch (error) {
      // The same text was saved, and replaced, before.
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
  await disk.replace(path, program);
}

/**
 * A person has approved that saved script for good, whatever its arguments: exactly this text of it, no other that is saved under its name.
 * Durable when it resolves.
 */
export async function rememberApproval(
  disk: Disk,
  workspace: string,
  name: string,
  program: string,
): Promise<void> {
  await disk.replace(approvalPath(workspace, name), `${sha256(program)}\n`);
}

/** Whether that text of it was approved for good. */
export function isApprovalRemembered(
  disk: ReadDisk,
  workspace: string,
  name: string,
  program: string,
): boolean {
  const bytes = unlessMissing(() => disk.read(approvalPath(workspace, name)));
  return bytes !== undefined && Buffer.from(bytes).toString("utf8").trim() === sha256(program);
}

function approvalPath(workspace: string, name: string): string {
  return savedScriptPath(workspace, name).replace(/\.js$/, ".approved");
}
