import type { Subtask, Task } from "../../protocol/task.ts";
import { faultOf, stateOf } from "../../view/fault-of.ts";
import { type Standing, standingText } from "../../view/standing.ts";
import { plain, plainLine } from "./plain.ts";

/** Of one text; a model asks for the whole where it needs it. */
const MOST = 2_000;

/** A task in fixed lines for a model: long texts are cut, and it is said how much is missing. @param whole with the texts of the task */
export function shownForAgent(
  agent: string,
  task: Task,
  standing: Standing,
  subtasks: readonly (readonly [string, Subtask])[],
  whole: boolean,
): string[] {
  const lines = [`task ${plainLine(task.task_id)} ${agent} ${plainLine(standingText(standing), 200)}`];
  lines.push(`title: ${plainLine(task.title, 200)}`);
  const add = (name: string, text: string | undefined) => {
    if (text !== undefined && text.trim() !== "") lines.push(`${name}:`, cut(text));
  };
  if (task.error !== undefined) lines.push(`error: ${plainLine(task.error, 500)}`);
  if (whole) {
    const { instructions, context, expected_output, notes } = task.text;
    add("instructions", instructions);
    add("context", context);
    add("expected output", expected_output);
    add("notes", notes);
  }
  for (const [id, subtask] of subtasks) {
    const { agent: to, attempt, depends_on } = subtask;
    const error = faultOf(subtask);
    const after = depends_on.length === 0 ? "" : ` after ${depends_on.join(",")}`;
    const again = attempt > 1 ? ` attempt ${attempt}` : "";
    lines.push(
      `- ${id} ${to} ${stateOf(subtask)}${again}${after}${error === undefined ? "" : ` | ${plainLine(error, 200)}`}`,
    );
    if (whole) lines.push(...summaryOf(subtask));
    else add("results", subtask.results);
  }
  if (whole) {
    add("answer", task.text.output);
    add("partial results", task.text.partial);
  }
  return lines;
}

function summaryOf({ result_summary = "" }: Subtask): string[] {
  return result_summary === "" ? [] : [`  ${plainLine(result_summary, 200)}`];
}

function cut(text: string): string {
  const shown = plain(text).trim();
  return shown.length <= MOST
    ? shown
    : `${shown.slice(0, MOST)}\n… ${shown.length - MOST} more characters (--json has all)`;
}
