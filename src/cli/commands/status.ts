import { nodeProcess } from "../../store/process-identity.ts";
import { findOneTask } from "../../view/find-task.ts";
import { hostOfAgent } from "../../view/hosts.ts";
import { readStatus } from "../../view/status.ts";
import { taskStatus } from "../../view/task-status.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { statusShape, taskStatusShape } from "../json-shapes.ts";
import { parseTarget } from "../person-message.ts";
import { findPlace, type Place, type ReaderOptions } from "../place.ts";
import { printJson } from "../print-json.ts";
import { paintWith } from "../render/paint.ts";
import { plainLine } from "../render/plain.ts";
import { type HostLine, statusForAgent, statusLines } from "../render/status.ts";
import { taskStatusForAgent, taskStatusLines } from "../render/task-status.ts";
import { commandHere, viewPlace } from "../view-place.ts";

const PENDING_AFTER = 60_000;
const LATELY = 24 * 3600 * 1000;

/** What goes on: of the whole root, what needs a person first; or of one task, with where each of its subtasks stands. */
export async function statusCommand(
  io: Io,
  id: string | undefined,
  options: ReaderOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  if (id === undefined) printRoot(io, place, options);
  else printTask(io, place, id, options);
  return EXIT.done;
}

function printRoot(io: Io, place: Place, options: ReaderOptions): void {
  const now = Date.now();
  const only = options.agent === undefined ? {} : { only: options.agent };
  const status = readStatus(viewPlace(place), { now, pendingAfter: PENDING_AFTER, lately: LATELY, ...only });
  const hosts = hostsOf(place);
  if (place.disk.stat(place.root) === undefined)
    io.err(`Nothing was given to do yet: there is no ${plainLine(place.root)}\n`);
  if (options.json === true) {
    printJson(io, statusShape, { root: place.root, hosts, ...status });
    return;
  }
  const look = { paint: paintWith(io.colour.out), now, here: (text: string) => commandHere(text, options) };
  const lines = (options.forAgent === true ? statusForAgent : statusLines)(status, hosts, look);
  io.out(`${lines.join("\n")}\n`);
}

/** Processes that host agents of this root now, and which. */
function hostsOf({ disk, agents }: Place): HostLine[] {
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

function printTask(io: Io, place: Place, id: string, options: ReaderOptions): void {
  const view = viewPlace(place);
  const now = Date.now();
  const { task_id, subtask_id } = parseTarget(id);
  const { agent, task } = findOneTask(view, task_id, options.agent);
  const status = taskStatus(view, agent, task, now, subtask_id);
  if (options.json === true) {
    printJson(io, taskStatusShape, status);
    return;
  }
  const paint = paintWith(io.colour.out);
  const lines =
    options.forAgent === true ? taskStatusForAgent(status, now) : taskStatusLines(status, { paint, now });
  io.out(`${lines.join("\n")}\n`);
}
