import type { Amounts } from "../../protocol/amounts.ts";
import type { SubtaskStatus, TaskStatus } from "../../view/task-status.ts";
import { amountsText } from "./amounts.ts";
import type { Paint } from "./paint.ts";
import { padded, plainLine } from "./plain.ts";
import { standingLine } from "./status.ts";
import { elapsed } from "./time.ts";

/** One task: where it and each of its subtasks stands, with what was granted, is used and is left. @param now milliseconds since 1970 */
export function taskStatusLines(status: TaskStatus, { paint, now }: { paint: Paint; now: number }): string[] {
  const { task_id, agent, standing, title, error, budget, used, spent, left, time_left } = status;
  const lines = [
    `${paint("bold", plainLine(task_id))}  ${plainLine(agent)}  ${standingLine(standing, now)}`,
    plainLine(title),
  ];
  if (error !== undefined) lines.push(paint("red", plainLine(error, 300)));
  if (budget !== undefined) lines.push(`granted ${amountsText(budget)}`);
  if (hasAny(spent)) lines.push(`used    ${amountsText(spent)}${byItself(used, status.subtasks.length)}`);
  if (left !== undefined) lines.push(`left    ${amountsText(left)}`);
  if (time_left !== undefined) lines.push(`time    ${timeText(time_left)}`);
  for (const subtask of status.subtasks) lines.push(...subtaskLines(subtask, paint, now));
  return lines;
}

/** The same in fixed lines for a model. */
export function taskStatusForAgent(status: TaskStatus, now: number): string[] {
  const { task_id, agent, standing, error, budget, spent, left, time_left } = status;
  const lines = [`task ${plainLine(task_id)} ${agent} ${standingLine(standing, now)}`];
  if (error !== undefined) lines.push(`error: ${plainLine(error, 300)}`);
  const means = meansText({ granted: budget, spent, left, time_left });
  if (means !== "") lines.push(means);
  for (const { subtask, agent: to, standing: at, summary, error: fault, ...more } of status.subtasks) {
    const note = plainLine(fault ?? summary ?? "", 120);
    lines.push(`- ${subtask} ${to} ${standingLine(at, now)}${note === "" ? "" : ` | ${note}`}`);
    const own = meansText(more);
    if (own !== "") lines.push(`  ${own}`);
  }
  return lines;
}

function subtaskLines(subtask: SubtaskStatus, paint: Paint, now: number): string[] {
  const { subtask: id, agent, standing, attempt, granted, used, spent, left, time_left } = subtask;
  const again = attempt > 1 ? `  attempt ${attempt}` : "";
  const lines = [
    `  ${padded(plainLine(id), 28)}  ${plainLine(agent).padEnd(10)}  ${standingLine(standing, now)}${again}`,
  ];
  if (granted !== undefined) lines.push(`    granted ${amountsText(granted)}`);
  const gone = spent !== undefined && hasAny(spent) ? spent : used;
  if (gone !== undefined && hasAny(gone)) lines.push(`    used    ${amountsText(gone)}`);
  if (left !== undefined) lines.push(`    left    ${amountsText(left)}`);
  if (time_left !== undefined) lines.push(`    time    ${timeText(time_left)}`);
  const note = subtask.error ?? subtask.summary;
  if (note !== undefined && note !== "") lines.push(`    ${paint("dim", plainLine(note, 200))}`);
  return lines;
}

function meansText(means: {
  granted?: Amounts | undefined;
  spent?: Amounts | undefined;
  used?: Amounts | undefined;
  left?: Amounts | undefined;
  time_left?: number | undefined;
}): string {
  const { granted, spent, used, left, time_left } = means;
  const parts: string[] = [];
  const gone = spent ?? used;
  if (granted !== undefined) parts.push(`granted: ${amountsText(granted)}`);
  if (gone !== undefined && hasAny(gone)) parts.push(`used: ${amountsText(gone)}`);
  if (left !== undefined) parts.push(`left: ${amountsText(left)}`);
  if (time_left !== undefined) parts.push(`time: ${timeText(time_left)}`);
  return parts.join("; ");
}

function byItself(used: Amounts, subtasks: number): string {
  return subtasks > 0 && hasAny(used) ? `; by itself ${amountsText(used)}` : "";
}

function timeText(ms: number): string {
  return ms <= 0 ? "over" : `about ${elapsed(ms)} left`;
}

function hasAny(amounts: Amounts): boolean {
  return Object.values(amounts).some((value) => value !== undefined && value > 0);
}
