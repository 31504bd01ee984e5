import { nodeProcess } from "../../store/process-identity.ts";
import { hostOfAgent } from "../../view/hosts.ts";
import { quickStatus } from "../../view/quick-status.ts";
import type { Heads } from "../../view/read-head.ts";
import type { Status, StatusOptions } from "../../view/status-types.ts";
import { commandHere } from "../command-here.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import type { ReaderOptions } from "../place.ts";
import { type PlaceHead, quickPlace } from "../quick-place.ts";
import { paintWith } from "../render/paint.ts";
import { plainLine } from "../render/plain.ts";
import { type HostLine, statusForAgent, statusLines } from "../render/status.ts";
import { viewOptions } from "../view-options.ts";

const PENDING_AFTER = 60_000;
const LATELY = 24 * 3600 * 1000;

/**
 * What goes on: of the whole root, what needs a person first; or of one task, with where each of its subtasks stands. It is asked for
 * again and again, so what is slow to load is loaded where there is no other way.
 */
export async function statusCommand(
  io: Io,
  id: string | undefined,
  options: ReaderOptions,
): Promise<ExitCode> {
  if (id === undefined) await printRoot(io, options);
  else {
    const { printTaskStatus } = await import("../task-status.ts");
    printTaskStatus(io, id, options);
  }
  return EXIT.done;
}

async function printRoot(io: Io, options: ReaderOptions): Promise<void> {
  const place = quickPlace(io, options) ?? (await import("../place.ts")).findPlace(io, options);
  const now = Date.now();
  const only = options.agent === undefined ? {} : { only: options.agent };
  const status = await statusOf(place, { now, pendingAfter: PENDING_AFTER, lately: LATELY, ...only });
  const hosts = hostsOf(place);
  if (place.disk.stat(place.root) === undefined)
    io.err(`Nothing was given to do yet: there is no ${plainLine(place.root)}\n`);
  if (options.json === true) {
    const { statusShape } = await import("../json-shapes.ts");
    const { printJson } = await import("../print-json.ts");
    printJson(io, statusShape, { root: place.root, agents: [...place.agents.keys()], hosts, ...status });
    return;
  }
  const here = (text: string) => commandHere(io, text, options);
  const look = { paint: paintWith(io.colour.out), now, here };
  const lines = (options.forAgent === true ? statusForAgent : statusLines)(status, hosts, look);
  io.out(`${lines.join("\n")}\n`);
}

async function statusOf(place: PlaceHead, options: StatusOptions): Promise<Status> {
  const heads: Heads = new Map();
  const quick = quickStatus(place.disk, place.agents, viewOptions(place), options, heads);
  if (quick !== undefined) return quick;
  const { readStatus } = await import("../../view/status.ts");
  const { viewPlace } = await import("../view-place.ts");
  return readStatus(viewPlace(place), options, heads);
}

/** Processes that host agents of this root now, and which. */
function hostsOf({ disk, agents }: PlaceHead): HostLine[] {
  const process = nodeProcess(disk);
  const hosts = new Map<string, HostLine>();
  for (const [agent, directory] of agents) {
    const host = hostOfAgent(disk, directory, process);
    if (host === undefined) continue;
    const { pid, state, stopped } = host;
    const known = hosts.get(host.directory) ?? { pid, state, ...(stopped ? { stopped } : {}), agents: [] };
    known.agents.push(agent);
    hosts.set(host.directory, known);
  }
  return [...hosts.values()];
}
