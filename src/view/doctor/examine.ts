import { join } from "node:path";
import type { ReadDisk } from "../../store/disk.ts";
import { workspacePaths } from "../../store/layout.ts";
import type { ProcessIdentity } from "../../store/process-identity.ts";
import { hostDirectoryOf, hostOfAgent, type RunningHost } from "../hosts.ts";
import { listNames } from "../read-text.ts";
import type { Finding, Patient } from "./finding.ts";
import { examineForeign } from "./foreign-files.ts";
import { examineHostFolder } from "./host-folder.ts";
import { examineLayout } from "./layout-version.ts";
import { examineLeftovers } from "./leftovers.ts";
import { examinePlace } from "./moved.ts";
import { examineOrphans } from "./orphans.ts";
import { examinePermissions, unlessDenied } from "./permissions.ts";
import { examineTasks } from "./task-folders.ts";

export interface Examination {
  findings: Finding[];
  /** Hosts that run. */
  hosts: (RunningHost & { agents: string[] })[];
}

export interface ExamineOptions {
  process: ProcessIdentity;
  /** Milliseconds since 1970. */
  now: number;
  /** Where the host of the root has its files. */
  hostDirectory: string;
}

/**
 * Looks at workspaces and at the folders of their hosts for what is not as a host would leave it. Reads only; what a running host has in
 * motion may be seen in the middle of it.
 *
 * @param agents workspaces by agent id, absolute; those that do not exist are passed over
 */
export function examine(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  { process, now, hostDirectory }: ExamineOptions,
): Examination {
  const examination: Examination = { findings: [], hosts: [] };
  const folders = new Set(hostFolders(disk, hostDirectory));
  for (const [agent, directory] of agents) {
    if (disk.stat(join(directory, "mailbox")) === undefined) continue;
    const host = hostOfAgent(disk, directory, process);
    if (host !== undefined) noteHost(examination, host, agent);
    const own = hostDirectoryOf(disk, directory);
    if (own !== undefined && disk.stat(own) !== undefined) folders.add(own);
    const found = (finding: Omit<Finding, "agent">) => examination.findings.push({ ...finding, agent });
    examineAgent({ agent, paths: workspacePaths(directory), disk, process, now, host, found });
  }
  for (const directory of folders) {
    const found = (finding: Finding) => examination.findings.push(finding);
    examineHostFolder({ disk, directory, process, now, found });
  }
  return examination;
}

/** What is not sure to be this host's to open is not looked at further. */
function examineAgent(patient: Patient): void {
  if (examinePlace(patient)) return;
  unlessDenied(patient, () => {
    if (!examinePermissions(patient) || !examineLayout(patient)) return;
    const tasks = examineTasks(patient);
    examineOrphans(patient, tasks);
    examineForeign(patient);
    examineLeftovers(patient);
  });
}

/** That of the root, and those of hosts of some of its agents alone. */
function hostFolders(disk: ReadDisk, directory: string): string[] {
  if (disk.stat(directory)?.kind !== "folder") return [];
  const only = listNames(disk, directory).filter((name) => /^only-[0-9a-f]+$/.test(name));
  return [directory, ...only.map((name) => join(directory, name))];
}

function noteHost({ hosts }: Examination, host: RunningHost, agent: string): void {
  const known = hosts.find(({ directory }) => directory === host.directory);
  if (known === undefined) hosts.push({ ...host, agents: [agent] });
  else known.agents.push(agent);
}
