import type { Task } from "../../protocol/task.ts";
import { nodeProcess } from "../../store/process-identity.ts";
import { findOneTask } from "../../view/find-task.ts";
import { hostOfAgent, type RunningHost } from "../../view/hosts.ts";
import { openRoot, type RootView } from "../../view/root-view.ts";
import { type Standing, standingOfSubtask, standingText } from "../../view/standing.ts";
import { readStatus, type Status, type TaskLine, taskLine } from "../../view/status.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { statusShape, taskStatusShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, type Place } from "../place.ts";
import { printJson } from "../print-json.ts";
import { amountsText } from "../render/amounts.ts";
import { type Paint, paintWith } from "../render/paint.ts";
import { padded, plainLine } from "../render/plain.ts";
import { ago } from "../render/time.ts";

const PENDING_AFTER = 60_000;
const LATELY = 24 * 3600 * 1000;
const MOST_RUNNING = 40;
const MOST_FINISHED = 10;

/** What goes on: of the whole root, problems first; or of one task, with where each of its subtasks stands. */
export async function statusCommand(
  io: Io,
  id: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  const view = openRoot(place.disk, place.agents);
  if (id === undefined) rootStatus(io, place, view, options);
  else {
    const [taskId, subtask] = id.split("/", 2) as [string, string?];
    const { agent, task } = findOneTask(view, taskId, options.agent);
    taskStatus(io, view, agent, task, subtask, options);
  }
  return EXIT.done;
}

function rootStatus(io: Io, place: Place, view: RootView, options: CommonOptions): void {
  const now = Date.now();
  const only = options.agent;
  const seen =
    only === undefined ? view : openRoot(place.disk, new Map([...place.agents].filter(([a]) => a === only)));
  const status = readStatus(seen, { now, pendingAfter: PENDING_AFTER, lately: LATELY });
  const hosts = hostsOf(place);
  if (place.disk.stat(place.root) === undefined)
    io.err(`Nothing was given to do yet: there is no ${plainLine(place.root)}\n`);
  if (options.json === true) printJson(io, statusShape, { root: place.root, hosts, ...status });
  else io.out(`${statusLines(status, hosts, paintWith(io.colour.out), now).join("\n")}\n`);
}

/** Processes that host agents of this root now, and which. */
function hostsOf({ disk, agents }: Place): { pid: number; state: RunningHost["state"]; agents: string[] }[] {
  const process = nodeProcess(disk);
  const hosts = new Map<string, { pid: number; state: RunningHost["state"]; agents: string[] }>();
  for (const [agent, directory] of agents) {
    const host = hostOfAgent(disk, directory, process);
    if (host === undefined) continue;
    const known = hosts.get(host.directory) ?? { pid: host.pid, state: host.state, agents: [] };
    known.agents.push(agent);
    hosts.set(host.directory, known);
  }
  return [...hosts.values()];
}

function statusLines(status: Status, hosts: ReturnType<typeof hostsOf>, paint: Paint, now: number): string[] {
  const lines: string[] = [];
  for (const { pid, agents } of hosts)
    lines.push(`Host: process ${pid} runs ${agents.map((a) => plainLine(a)).join(", ")}`);
  if (hosts.length === 0) lines.push("Host: none runs (clawflow up)");
  if (status.problems.length > 0) lines.push("", paint("bold", "Problems"));
  for (const { kind, agent, task_id, file, text, since } of status.problems) {
    const where = plainLine(task_id ?? file ?? "");
    const when = since === undefined ? "" : `  ${paint("dim", ago(since, now))}`;
    lines.push(
      `  ${paint(kind === "person" ? "yellow" : "red", kind.padEnd(11))} ${plainLine(agent)}  ${where}${when}`,
    );
    lines.push(`              ${plainLine(text, 300)}`);
  }
  if (status.waiting.length > 0) lines.push("", paint("bold", "In the inbox"));
  for (const { agent, messages } of status.waiting) {
    lines.push(
      `  ${plainLine(agent)}  ${messages} ${messages === 1 ? "message" : "messages"}, not yet handled`,
    );
  }
  addTasks(lines, "Running", status.running, MOST_RUNNING, paint, now);
  addTasks(lines, "Finished", status.finished, MOST_FINISHED, paint, now);
  if (status.problems.length + status.waiting.length + status.running.length + status.finished.length === 0)
    lines.push("Nothing is going on, and nothing was finished within a day.");
  return lines;
}

function addTasks(
  lines: string[],
  heading: string,
  tasks: readonly TaskLine[],
  most: number,
  paint: Paint,
  now: number,
) {
  if (tasks.length === 0) return;
  lines.push("", paint("bold", heading));
  for (const task of tasks.slice(0, most)) {
    const { standing } = task;
    lines.push(
      `  ${padded(plainLine(task.task_id), 32)}  ${plainLine(task.agent).padEnd(10)}  ${standingLine(standing, now)}`,
    );
    lines.push(`    ${paint("dim", plainLine(task.title, 100))}`);
  }
  if (tasks.length > most) lines.push(`  … ${tasks.length - most} more (--json has all)`);
}

function standingLine(standing: Standing, now: number): string {
  const { since } = standing;
  return plainLine(
    standingText(since === undefined ? standing : { ...standing, since: ago(since, now) }),
    200,
  );
}

function taskStatus(
  io: Io,
  view: RootView,
  agent: string,
  task: Task,
  only: string | undefined,
  options: CommonOptions,
): void {
  const subtasks = [...task.subtasks]
    .filter(([id]) => only === undefined || id === only)
    .map(([id, subtask]) => ({
      subtask: id,
      agent: subtask.agent,
      status: subtask.status,
      standing: standingOfSubtask(view, agent, task, id, subtask),
      attempt: subtask.attempt,
      depends_on: subtask.depends_on,
      ...(subtask.granted === undefined ? {} : { granted: subtask.granted }),
      ...(subtask.used === undefined ? {} : { used: subtask.used }),
      ...(subtask.result_summary === undefined ? {} : { summary: subtask.result_summary }),
      ...(subtask.error === undefined ? {} : { error: subtask.error }),
    }));
  const line = taskLine(view, agent, task);
  const budget = task.budget === undefined ? {} : { budget: task.budget };
  if (options.json === true) {
    printJson(io, taskStatusShape, { ...line, subtasks, used: task.used, ...budget });
    return;
  }
  const now = Date.now();
  const paint = paintWith(io.colour.out);
  const lines = [
    `${paint("bold", plainLine(task.task_id))}  ${plainLine(agent)}  ${standingLine(line.standing, now)}`,
    plainLine(task.title),
  ];
  if (task.error !== undefined) lines.push(paint("red", plainLine(task.error, 300)));
  if (task.budget !== undefined) lines.push(`budget  ${amountsText(task.budget)}`);
  if (Object.keys(task.used).length > 0) lines.push(`used    ${amountsText(task.used)} (itself)`);
  for (const { subtask, agent: to, standing, attempt, granted, used, summary, error } of subtasks) {
    const more = attempt > 1 ? `  attempt ${attempt}` : "";
    lines.push(
      `  ${padded(plainLine(subtask), 28)}  ${plainLine(to).padEnd(10)}  ${standingLine(standing, now)}${more}`,
    );
    if (granted !== undefined) lines.push(`    granted ${amountsText(granted)}`);
    if (used !== undefined) lines.push(`    used    ${amountsText(used)}`);
    const note = error ?? summary;
    if (note !== undefined && note !== "") lines.push(`    ${paint("dim", plainLine(note, 200))}`);
  }
  io.out(`${lines.join("\n")}\n`);
}
