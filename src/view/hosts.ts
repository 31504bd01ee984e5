import { currentHost } from "../store/claim.ts";
import type { ReadDisk } from "../store/disk.ts";
import { workspacePaths } from "../store/layout.ts";
import { hostOf, readOwner } from "../store/owner.ts";
import type { ProcessIdentity } from "../store/process-identity.ts";

/** A process that hosts agents now. */
export interface RunningHost {
  pid: number;
  /** `unknown`: of another machine, where nobody here can look. */
  state: "alive" | "unknown";
  /** Its folder, with the journal. */
  directory: string;
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
  return current === undefined ? undefined : { pid: current.record.pid, state: current.state, directory };
}

/** The folder of the host that had a workspace last, running or not. */
export function hostDirectoryOf(disk: ReadDisk, workspace: string): string | undefined {
  const paths = workspacePaths(workspace);
  const owner = readOwner(disk, paths);
  return owner === undefined ? undefined : hostOf(owner, paths);
}
