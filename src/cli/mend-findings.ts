import { hostDirectory } from "../host/create-host.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { claimHost } from "../store/claim.ts";
import { isSafe, type Mend, mendFiles } from "../store/mend.ts";
import { nodeProcess } from "../store/process-identity.ts";
import { withLock } from "../store/with-lock.ts";
import type { Examination } from "../view/doctor/examine.ts";
import type { Finding } from "../view/doctor/finding.ts";
import { hostDirectoryOf, type RunningHost } from "../view/hosts.ts";
import type { Place } from "./place.ts";
import { withWorkspaces } from "./with-workspaces.ts";

/**
 * Mends what can be mended without asking: first permissions, then what a host does when it begins, and what is left then one by one,
 * because much of it may have been the journal's to bring.
 *
 * @param look examines anew
 * @throws E_LOCKED, before anything was changed, where a host runs that must be stopped first
 */
export async function mendFindings(place: Place, look: () => Examination, now: number): Promise<void> {
  const first = look();
  checkStopped(first);
  for (const finding of first.findings) await mendOne(place, finding, isSafe, now);
  const second = look();
  const locks = (mend: Mend) => mend.do === "discard";
  for (const finding of second.findings) await mendOne(place, finding, locks, now);
  const agents = agentsToOpen(place, second.findings);
  if (agents !== undefined) await withWorkspaces(place, agents, async () => {});
  const third = look().findings;
  if (!third.some(({ mends }) => mends?.some(({ do: what }) => what !== "open"))) return;
  await whileClaimed(place, async () => {
    for (const finding of third) await mendOne(place, finding, () => true, now);
  });
}

/** No host of the root begins meanwhile. */
async function whileClaimed({ disk, root }: Place, action: () => Promise<void>): Promise<void> {
  const process = nodeProcess(disk);
  const directory = hostDirectory(root, {});
  const exclusive = withLock(disk, process);
  const claim = await claimHost({ disk, directory, process, exclusive, brief: true });
  try {
    await action();
  } finally {
    claim.release();
  }
}

async function mendOne(
  { disk, agents, root }: Place,
  { agent, mends = [] }: Finding,
  chosen: (mend: Mend) => boolean,
  now: number,
): Promise<void> {
  const directory = agent === undefined ? root : (agents.get(agent) ?? root);
  for (const mend of mends)
    if (mend.do !== "open" && chosen(mend)) await mendFiles(disk, directory, mend, now);
}

/** `undefined`: nothing is to be opened. Of a host's folder its agents are, but for those that it would be refused. */
function agentsToOpen({ disk, agents }: Place, findings: readonly Finding[]): Set<string> | undefined {
  const opened = findings.filter(({ mends }) => mends?.some((mend) => mend.do === "open"));
  if (opened.length === 0) return undefined;
  const ids = new Set(opened.flatMap(({ agent }) => (agent === undefined ? [] : [agent])));
  const refused = findings.filter(
    ({ kind, todo }) => kind === "moved" || (kind === "layout" && todo !== undefined),
  );
  for (const { path } of opened.filter(({ agent }) => agent === undefined)) {
    for (const [id, workspace] of agents) {
      const owner = hostDirectoryOf(disk, workspace);
      if (owner !== undefined && path.startsWith(`${owner}/`)) ids.add(id);
    }
  }
  for (const { agent = "" } of refused) ids.delete(agent);
  return ids;
}

function checkStopped({ findings, hosts }: Examination): void {
  for (const { agent, path, mends = [] } of findings) {
    if (mends.every(isSafe)) continue;
    const host = hosts.find(
      ({ agents, directory }) =>
        (agent !== undefined && agents.includes(agent)) || path.startsWith(`${directory}/`),
    );
    if (host !== undefined) throw stillRuns(host, path);
  }
}

function stillRuns({ pid, state, machine, directory }: RunningHost, path: string): ClawflowError {
  return new ClawflowError("E_LOCKED", "a host runs: nothing was changed", {
    at: directory,
    expected: `no host while ${path} is mended`,
    found: state === "alive" ? `process ${pid}` : `process ${pid} of another machine, ${machine}`,
    hint:
      state === "alive"
        ? `Stop it: kill ${pid}`
        : "If it is surely not running any more: clawflow up --take-over",
  });
}
