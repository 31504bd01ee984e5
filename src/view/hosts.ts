import { currentHost } from "../store/claim.ts";
import type { ReadDisk } from "../store/disk.ts";
import { hostPaths, workspacePaths } from "../store/layout.ts";
import { hostOf, readOwner } from "../store/owner.ts";
import { isStopped, type ProcessIdentity } from "../store/process-identity.ts";

/** A process that hosts agents now. */
export interface RunningHost {
  pid: number;
  /** `unknown`: of another machine, where nobody here can look. */
  state: "alive" | "unknown";
  /** Its folder, with the journal. */
  directory: string;
  /** Of another machine: which. */
  machine?: string;
  /** It was stopped (SIGSTOP) and does nothing until it is continued. */
  stopped?: true;
  /** When it began, milliseconds since 1970. */
  since?: number;
}

/** The host that runs an agent now, if any does. */
export function hostOfAgent(
  disk: ReadDisk,
  workspace: string,
  process: ProcessIdentity,
): RunningHost | undefined {
  const directory = hostDirectoryOf(disk, workspace);
  if (directory === undefined || disk.stat(directory) === undefined) return undefined;
  const current = currentHost(disk, directory, process);
  if (current === undefined) return undefined;
  const { record, state } = current;
  const since = disk.stat(hostPaths(directory).host)?.mtimeMs;
  return {
    pid: record.pid,
    state,
    directory,
    ...(state === "unknown" ? { machine: record.machine } : {}),
    ...(state === "alive" && isStopped(disk, record.pid) ? { stopped: true as const } : {}),
    ...(since === undefined ? {} : { since }),
  };
}

/** The folder of the host that had a workspace last, running or not. */
export function hostDirectoryOf(disk: ReadDisk, workspace: string): string | undefined {
  const paths = workspacePaths(workspace);
  const owner = readOwner(disk, paths);
  return owner === undefined ? undefined : hostOf(owner, paths);
}
