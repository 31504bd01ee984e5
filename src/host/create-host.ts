import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { endLeftovers } from "../brain/end-process.ts";
import { checkShape } from "../protocol/check-shape.ts";
import { shortHash } from "../protocol/ids.ts";
import { parseMessage } from "../protocol/message-codec.ts";
import { limitsSchema } from "../protocol/team.ts";
import { nodeDisk } from "../store/node-disk.ts";
import { openStore } from "../store/open-store.ts";
import { nodeProcess } from "../store/process-identity.ts";
import type { Workspace } from "../store/workspace.ts";
import { localTransport } from "../transport/local.ts";
import type { Agent } from "./agent.ts";
import { apart } from "./apart.ts";
import { BrainSlots } from "./brain-slots.ts";
import type { Context } from "./context.ts";
import { EditLooks } from "./edit-looks.ts";
import { Events } from "./events.ts";
import { Host } from "./host.ts";
import { nodeClock } from "./node-clock.ts";
import type { HostOptions, Ports } from "./options.ts";
import { Outbound } from "./outbound.ts";
import { RunningClock } from "./running-clock.ts";
import { Scripts } from "./scripts.ts";
import { agentOf, hostedAgents, othersOf, workspaceOf } from "./team-agents.ts";
import { watchInboxes } from "./watch-inboxes.ts";

const RESCAN = 10_000;
const LOOK = 500;

/**
 * Opens the workspaces of a team and makes the host that runs it; `start()` begins. What an earlier host left (a journal, open
 * questions, processes of brains) is taken up or ended first.
 * @throws E_LOCKED, E_OWNED while another host runs them; E_MOVED, E_JOURNAL, E_CONFIG, E_DISK
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const limits = checkShape(limitsSchema, options.limits ?? {}, "E_CONFIG", ["limits"]);
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
    takeOver: options.takeOver ?? false,
    monotonic: () => clock.monotonic(),
    wall: () => clock.wall(),
    onForeign: (agent, task, path) => events.emit({ type: "edit:kept", agent, task, path }),
    onProblem: (agent, text) => events.emit({ type: "agent:problem", agent, text }),
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
    const running = new RunningClock(clock);
    const slots = new BrainSlots({
      clock,
      events,
      limit: limits.brains ?? 2 * availableParallelism(),
      resultBytes: Math.floor(limits.message_bytes / 2),
      wake: () => wake(),
    });
    const scripts = new Scripts({
      runner: ports.scripts,
      events,
      resultBytes: Math.floor(limits.message_bytes / 2),
      wake: () => wake(),
    });
    const outbound = new Outbound({
      clock,
      transports: ports.transports ?? [localTransport(disk, othersOf(root, options, hosted))],
      limits,
      running: (agent) => agent.workspace.runningClock + running.now(),
      onProblem: ({ self }, text) => events.emit({ type: "agent:problem", agent: self.id, text }),
      onKept: ({ workspace }, reasons) => store.undelivered(workspace, reasons),
      wake: () => wake(),
    });
    for (const agent of agents.values()) resumeOutbound(outbound, events, agent);
    const looks = new EditLooks(clock, options.look ?? LOOK);
    const shared = { agents, disk, store, clock, running, events, limits };
    const context: Context = { ...shared, slots, scripts, outbound, looks };
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

/** A host of some agents of a root has a journal and a lock of its own, so that several can run beside each other. */
export function hostDirectory(root: string, { only }: Pick<HostOptions, "only">): string {
  const own = join(root, ".clawflow");
  return only === undefined ? own : join(own, `only-${shortHash([...only].sort(), 8)}`);
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
function resumeOutbound(outbound: Outbound, events: Events, agent: Agent): void {
  for (const { name, bytes } of agent.workspace.pending()) {
    apart({ events }, agent, () => {
      const message = parseMessage(bytes, { to: "unknown" });
      outbound.add(agent, message.to, name, message);
    });
  }
}
