import type { Task } from "../../protocol/task.ts";
import type { Answer } from "../../view/answer.ts";
import { faultOf } from "../../view/fault-of.ts";
import { openRoot } from "../../view/root-view.ts";
import { returnedValue } from "../../workflow/script-answer.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { workflowShape } from "../json-shapes.ts";
import type { Place } from "../place.ts";
import { printAnswer } from "../print-answer.ts";
import { printJson } from "../print-json.ts";

/** What a script returned: for people as any answer; as JSON the value itself, and every call that failed with its reason. */
export function printWorkflow(
  io: Io,
  place: Place,
  answer: Answer,
  { json, duration }: { json: boolean; duration: number },
): ExitCode {
  if (!json) return printAnswer(io, answer, duration, false);
  const { agent, task_id, status, output, error } = answer;
  const task = openRoot(place.disk, place.agents).task(agent, task_id);
  printJson(io, workflowShape, {
    agent,
    task_id,
    status,
    result: status === "done" ? jsonValue(returnedValue(output)) : null,
    errors: task === undefined ? [] : failedCalls(task),
    duration: Math.round(duration),
    ...(error === undefined ? {} : { error }),
  });
  return status === "done" ? EXIT.done : EXIT.failed;
}

/** What is no JSON is the text that the script returned. */
function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function failedCalls({ subtasks }: Task): { call: string; agent: string; path: string; error: string }[] {
  return [...subtasks].flatMap(([call, subtask]) => {
    const { agent, status, call: { path, unfit } = {} } = subtask;
    const isOpen = status === "pending" || status === "dispatched";
    if (path === undefined || isOpen || (status === "done" && unfit === undefined)) return [];
    return [{ call, agent, path, error: faultOf(subtask) ?? "" }];
  });
}
