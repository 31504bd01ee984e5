import type { TaskHead } from "../../protocol/task-head.ts";
import type { RootView } from "../root-view.ts";
import { given, type Hold } from "./hold.ts";

type At = Pick<Hold, "agent" | "task_id" | "subtask">;

/**
 * Why nobody works for an agent: no host runs it, one that does nothing holds it, it is gone from the team. `undefined`: it is run, as far as
 * can be told here.
 *
 * @param sender who gave it the work
 */
export function hostHold(view: RootView<TaskHead>, agent: string, at: At, sender?: string): Hold | undefined {
  if (!isInTeam(view, agent)) return goneHold(view, agent, at);
  const host = view.host(agent);
  if (host === "none") {
    const since = lastSeen(view, agent);
    if (sender !== undefined && isRun(view, sender)) {
      return {
        ...at,
        cause: "peer-gone",
        peer: agent,
        in_team: true,
        what: `no host runs ${agent}, though one runs ${sender}`,
        ...given("since", since),
        command: `clawflow up --only ${agent}`,
      };
    }
    const others = [...view.agents.keys()].some((other) => isRun(view, other));
    return {
      ...at,
      cause: "no-host",
      what: `no host runs ${agent}`,
      ...given("since", since),
      command: others ? `clawflow up --only ${agent}` : "clawflow up",
    };
  }
  if (host === undefined || (host.state === "alive" && host.stopped !== true)) return undefined;
  const { pid, machine } = host;
  if (host.stopped === true) {
    const what = `process ${pid} holds the lock of the host of ${agent}, and was stopped`;
    return { ...at, cause: "locked", pid, state: "stopped", what, command: `kill -CONT ${pid}` };
  }
  return {
    ...at,
    cause: "locked",
    pid,
    state: "unknown",
    ...given("machine", machine),
    what: `process ${pid} of another machine holds the lock of the host of ${agent}; nobody here can tell whether it runs`,
    command: "clawflow up --take-over",
  };
}

/** The agent is nowhere: not in the team, or no workspace of it is known. */
export function goneHold(view: RootView<TaskHead>, peer: string, at: At): Hold {
  const where = view.team === undefined ? "it has no workspace here" : "it is not in the team any more";
  const { task_id, subtask } = at;
  return {
    ...at,
    cause: "peer-gone",
    peer,
    in_team: isInTeam(view, peer),
    what: `${peer} is gone: ${where}`,
    command:
      subtask === undefined
        ? `clawflow cancel ${task_id}`
        : `clawflow set ${task_id}/${subtask} agent=${someOther(view, at.agent, peer)}`,
  };
}

export function isInTeam(view: RootView<TaskHead>, agent: string): boolean {
  return view.team === undefined || view.team.has(agent);
}

function isRun(view: RootView<TaskHead>, agent: string): boolean {
  const host = view.host(agent);
  return host !== "none" && host !== undefined && isInTeam(view, agent);
}

/** When a host of the agent noted its clock last. */
function lastSeen(view: RootView<TaskHead>, agent: string): string | undefined {
  const { changed } = view.clock(agent);
  return changed === undefined ? undefined : new Date(changed).toISOString();
}

function someOther(view: RootView<TaskHead>, agent: string, peer: string): string {
  return [...(view.team ?? [])].find((other) => other !== agent && other !== peer) ?? "AGENT";
}
