import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { endLeftovers } from "../brain/end-process.ts";
import { functionBrain } from "../brain/function-brain.ts";
import type { Brain } from "../brain/types.ts";
import type { Peer, Self } from "../loop/types.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { checkAgentId, shortHash } from "../protocol/ids.ts";
import { parseMessage } from "../protocol/message-codec.ts";
import { type Limits, limitsSchema } from "../protocol/team.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { nodeProcess } from "../store/process-identity.ts";
import { openStore } from "../store/store.ts";
import type { Workspace } from "../store/workspace.ts";
import { localTransport } from "../transport/local.ts";
import { type Agent, newAgent } from "./agent.ts";
import { BrainSlots } from "./brain-slots.ts";
import type { Context } from "./context.ts";
import { Events } from "./events.ts";
import { Host } from "./host.ts";
import { nodeClock } from "./node-clock.ts";
import type { HostOptions, Ports, TeamAgent } from "./options.ts";
import { Outbound } from "./outbound.ts";
import { RunningClock } from "./running-clock.ts";
import { watchInboxes } from "./watch-inboxes.ts";

const RESCAN = 5_000;

/**
 * Opens the workspaces of a team and makes the host that runs it; `start()` begins. What an earlier host left (a journal, open
 * questions, processes of brains) is taken up or ended first.
 * @throws E_LOCKED, E_OWNED while another host runs them; E_MOVED, E_JOURNAL, E_CONFIG, E_DISK
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const limits = limitsSchema.parse(options.limits ?? {});
  const root = resolve(options.root);
  const hosted = hostedAgents(options);
  const ports = { ...defaultPorts(), ...options.ports };
  const { disk, clock } = ports;
  const events = new Events();

  const store = await openStore({
    disk,
    directory: hostDirectory(root, options),
    process: ports.process,
    durability: options.durability ?? "full",
    monotonic: () => clock.monotonic(),
    wall: () => clock.wall(),
    onForeign: (agent, task, path) => events.emit({ type: "edit:kept", agent, task, path }),
    ...(ports.exclusive === undefined ? {} : { exclusive: ports.exclusive }),
  });
  try {
    const places = hosted.map((agent) => ({ agent, directory: workspaceOf(root, options, agent) }));
    const workspaces = await store.openWorkspaces(places);
    const agents = new Map(
      workspaces.map((workspace) => [workspace.agent, agentOf(options, limits, workspace)]),
    );
    await ports.endLeftovers(leftovers(workspaces));

    let wake = () => {};
    const running = new RunningClock(clock, 0);
    const slots = new BrainSlots({
      clock,
      events,
      limit: limits.brains ?? 2 * availableParallelism(),
      resultBytes: Math.floor(limits.message_bytes / 2),
      wake: () => wake(),
    });
    const outbound = new Outbound({
      clock,
      transports: ports.transports ?? [localTransport(disk, othersOf(root, options, hosted))],
      limits,
      running: (agent) => agent.workspace.runningClock + running.now(),
      wake: () => wake(),
    });
    for (const agent of agents.values()) resumeOutbound(outbound, agent);
    const context: Context = { agents, disk, store, clock, running, events, slots, outbound, limits };
    const inboxes = new Map(workspaces.map(({ agent, paths }) => [paths.inbox, agent]));
    const host = new Host(context, ports.watch ?? watchInboxes(inboxes), options.rescan ?? RESCAN);
    wake = () => host.wake();
    return host;
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  }
}

type Defaulted = Pick<Ports, "disk" | "clock" | "process" | "endLeftovers"> & Partial<Ports>;

function defaultPorts(): Defaulted {
  const disk = nodeDisk();
  return { disk, clock: nodeClock(), process: nodeProcess(disk), endLeftovers };
}

function hostedAgents({ agents, only }: HostOptions): string[] {
  for (const id of Object.keys(agents)) checkAgentId(id, `agents.${id}`);
  const unknown = only?.find((id) => !Object.hasOwn(agents, id));
  if (unknown !== undefined) {
    throw new ClawflowError("E_UNKNOWN_AGENT", `there is no agent ${unknown}`, {
      expected: Object.keys(agents).join(", "),
    });
  }
  return only === undefined ? Object.keys(agents) : [...only];
}

/** A host of some agents of a root has a journal and a lock of its own, so that several can run beside each other. */
export function hostDirectory(root: string, { only }: Pick<HostOptions, "only">): string {
  const own = join(root, ".clawflow");
  return only === undefined ? own : join(own, `only-${shortHash([...only].sort(), 8)}`);
}

function workspaceOf(root: string, { agents }: HostOptions, id: string): string {
  const given = agents[id]?.workspace;
  return given === undefined ? join(root, id) : resolve(given);
}

function othersOf(root: string, options: HostOptions, hosted: readonly string[]): Map<string, string> {
  const others = Object.keys(options.agents).filter((id) => !hosted.includes(id));
  return new Map(others.map((id) => [id, workspaceOf(root, options, id)]));
}

function agentOf(options: HostOptions, limits: Limits, workspace: Workspace): Agent {
  const config = options.agents[workspace.agent] as TeamAgent;
  const brain: Brain = typeof config.brain === "function" ? functionBrain(config.brain) : config.brain;
  const self: Self = {
    id: workspace.agent,
    peers: peersOf(options, workspace.agent, config),
    limits,
    policy: {
      on_failure: options.policy?.on_failure ?? "fail-fast",
      max_attempts: options.policy?.max_attempts ?? 1,
    },
    ...(brain.kind === "person" ? { person: brain.person ?? "human" } : {}),
  };
  return newAgent({ self, brain, concurrency: config.concurrency ?? 1, workspace });
}

function peersOf({ agents }: HostOptions, self: string, { peers = [] }: TeamAgent): Peer[] {
  const ids = peers.includes("*") ? Object.keys(agents) : peers;
  return ids
    .filter((id) => id !== self)
    .map((id) => {
      const peer = agents[id];
      if (peer === undefined)
        throw new ClawflowError("E_CONFIG", `there is no agent ${id}`, { at: `agents.${self}.peers` });
      return { id, description: peer.description ?? "", protocol: peer.protocol ?? 2 };
    });
}

/** The questions that were open when the last host ended; a brain of it may still be at one. */
function leftovers(workspaces: readonly Workspace[]): Parameters<Ports["endLeftovers"]>[0] {
  return workspaces.flatMap(({ tasks, directory: workspace }) =>
    [...tasks.values()]
      .flatMap((task) => [task.asking, ...[...task.subtasks.values()].map((subtask) => subtask.asking)])
      .filter((asking) => asking !== undefined)
      .map(({ question, pid, started }) => ({
        question,
        workspace,
        ...(pid === undefined ? {} : { pid }),
        ...(started === undefined ? {} : { started }),
      })),
  );
}

/** What was decided to be sent and has no receipt goes on being sent. */
function resumeOutbound(outbound: Outbound, agent: Agent): void {
  for (const { name, bytes } of agent.workspace.pending()) {
    const message = parseMessage(bytes, { to: "unknown" });
    outbound.add(agent, message.to, name, message);
  }
}
