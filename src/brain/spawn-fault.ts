import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { hasNoRoom } from "./brain-error.ts";

/** A program that did not start. */
export type SpawnFault =
  | { type: "missing"; text: string }
  /** The machine had no room for a process at that instant: passing; or the command is not one that can be started. */
  | { type: "refused"; text: string; passing: boolean };

/** What was looked for and where; execa tells no more than a code. */
export function spawnFault(
  { command: [file = ""], cwd, env }: SpawnedFrom,
  fault: { code?: string | undefined; originalMessage?: string | undefined; message?: string | undefined },
): SpawnFault {
  const { code } = fault;
  const text = fault.originalMessage ?? fault.message ?? "the program did not start";
  if (hasNoRoom(code)) return { type: "refused", text, passing: true };
  if (!isFolder(cwd)) return missing(`the folder to run it in is not there: ${cwd}`);
  if (code === "ENOENT" || code === "ENOTDIR")
    return missing(file.includes("/") ? atPath(cwd, file) : onPath(file, env));
  if (code === "EACCES" || code === "EPERM") {
    return missing(
      `not allowed to run ${JSON.stringify(file)}: is it a file that may be executed (chmod +x)?`,
    );
  }
  return { type: "refused", text, passing: false };
}

interface SpawnedFrom {
  command: readonly string[];
  cwd: string;
  env?: Readonly<Record<string, string>> | undefined;
}

function missing(text: string): SpawnFault {
  return { type: "missing", text };
}

function atPath(cwd: string, file: string): string {
  const path = resolve(cwd, file);
  if (!existsSync(path)) return `no program at ${path}`;
  return `${path} is there, but the interpreter that its first line names is not`;
}

function onPath(file: string, env: SpawnedFrom["env"]): string {
  const path = env?.PATH ?? process.env.PATH;
  const where = path === undefined || path === "" ? "PATH, which is empty" : "PATH";
  return `no program named ${JSON.stringify(file)} on ${where}`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
