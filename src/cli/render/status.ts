import { type Standing, standingText } from "../../view/standing.ts";
import type { Problem, Status, TaskLine } from "../../view/status.ts";
import type { Paint } from "./paint.ts";
import { padded, plainLine } from "./plain.ts";
import { ago } from "./time.ts";

export interface StatusLook {
  paint: Paint;
  /** Milliseconds since 1970. */
  now: number;
  /** A command as it works from where the reader is. */
  here(command: string): string;
}

/** A process that hosts agents. */
export interface HostLine {
  pid: number;
  state: "alive" | "unknown";
  stopped?: true;
  agents: string[];
}

const MOST_RUNNING = 40;
const MOST_FINISHED = 10;
const TURN: readonly Problem["kind"][] = ["approval", "answer", "person", "paused"];

/** What goes on in a root: what needs a person first. */
export function statusLines(status: Status, hosts: readonly HostLine[], look: StatusLook): string[] {
  const { paint, now, here } = look;
  const lines = hosts.map((host) => hostText(host));
  if (hosts.length === 0) lines.push(`Host: none runs (${plainLine(here("clawflow up"))})`);
  if (status.problems.length > 0) lines.push("", paint("bold", "Needs a person"));
  for (const problem of status.problems) lines.push(...problemLines(problem, look));
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

/** The same in fixed lines for a model. */
export function statusForAgent(
  status: Status,
  hosts: readonly HostLine[],
  { now, here }: Pick<StatusLook, "now" | "here">,
): string[] {
  const lines = hosts.map(({ pid, state, stopped, agents }) =>
    plainLine(`host ${pid} ${stopped === true ? "stopped" : state} ${agents.join(",")}`),
  );
  if (hosts.length === 0) lines.push("host none");
  for (const { kind, agent, text, command, ...problem } of status.problems) {
    const what = plainLine(text, 200);
    const act = command === undefined ? "" : ` | do: ${plainLine(here(command))}`;
    lines.push(`need ${kind} ${agent} ${plainLine(whereOf(problem)) || "-"} | ${what}${act}`);
  }
  for (const { agent, messages } of status.waiting) lines.push(`inbox ${agent} ${messages}`);
  for (const task of status.running.slice(0, MOST_RUNNING))
    lines.push(`run ${plainLine(task.task_id)} ${task.agent} ${standingLine(task.standing, now)}`);
  if (status.running.length > MOST_RUNNING) lines.push(`run more ${status.running.length - MOST_RUNNING}`);
  for (const task of status.finished.slice(0, MOST_FINISHED))
    lines.push(`end ${plainLine(task.task_id)} ${task.agent} ${task.status}`);
  return lines;
}

/** A standing in a line, its times as so long ago. */
export function standingLine(standing: Standing, now: number): string {
  const { since } = standing;
  return plainLine(
    standingText(since === undefined ? standing : { ...standing, since: ago(since, now) }),
    200,
  );
}

function hostText({ pid, state, stopped, agents }: HostLine): string {
  const names = agents.map((agent) => plainLine(agent)).join(", ");
  if (stopped === true) return `Host: process ${pid} has ${names}, and was stopped (kill -CONT ${pid})`;
  if (state === "alive") return `Host: process ${pid} runs ${names}`;
  return `Host: process ${pid} of another machine has ${names} (clawflow up --take-over, if it is surely gone)`;
}

function problemLines(problem: Problem, { paint, now, here }: StatusLook): string[] {
  const { kind, agent, text, since, command } = problem;
  const when = since === undefined ? "" : `  ${paint("dim", ago(since, now))}`;
  const where = plainLine(whereOf(problem));
  const sign = paint(TURN.includes(kind) ? "yellow" : "red", kind.padEnd(11));
  const lines = [`  ${sign} ${plainLine(agent)}${where === "" ? "" : `  ${where}`}${when}`];
  lines.push(`              ${plainLine(text, 300)}`);
  if (command !== undefined) lines.push(`              ${paint("cyan", plainLine(here(command)))}`);
  return lines;
}

function whereOf({ task_id, subtask, file }: Pick<Problem, "task_id" | "subtask" | "file">): string {
  if (task_id === undefined) return file ?? "";
  return subtask === undefined ? task_id : `${task_id}/${subtask}`;
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
  for (const { task_id, agent, standing, title } of tasks.slice(0, most)) {
    lines.push(
      `  ${padded(plainLine(task_id), 32)}  ${plainLine(agent).padEnd(10)}  ${standingLine(standing, now)}`,
    );
    lines.push(`    ${paint("dim", plainLine(title, 100))}`);
  }
  if (tasks.length > most) lines.push(`  … ${tasks.length - most} more (--json has all)`);
}
