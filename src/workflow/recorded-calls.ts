import { codeOf, type ErrorCode } from "../protocol/errors.ts";
import type { Subtask, Task } from "../protocol/task.ts";
import type { RecordedCall } from "../script/replay.ts";

/** What a task holds of the calls of its script: the journal by which the program runs again without asking again. */
export function recordedCalls({ subtasks, script }: Pick<Task, "subtasks" | "script">): RecordedCall[] {
  const calls: RecordedCall[] = [];
  for (const subtask of subtasks.values()) {
    const { call } = subtask;
    if (call === undefined) continue;
    const isByAnother = (call.began ?? 0) < (script?.since ?? 0);
    calls.push({ ...recordOf(subtask, call), ...(isByAnother ? { byAnother: true } : {}) });
  }
  return calls;
}

function recordOf(
  subtask: Subtask,
  { path, round = 1, options, began, ended }: NonNullable<Subtask["call"]>,
): RecordedCall {
  const { instructions, description, results = "", used } = subtask;
  return {
    path,
    round,
    prompt: instructions ?? description,
    optionHash: options,
    ...stateOf(subtask, results),
    ...(used === undefined ? {} : { used }),
    ...(began === undefined ? {} : { began }),
    ...(ended === undefined ? {} : { ended }),
  };
}

function stateOf(
  { status, error = "" }: Subtask,
  text: string,
): Pick<RecordedCall, "status" | "text" | "code" | "reason"> {
  if (status === "done") return { status, text };
  if (status === "pending" || status === "dispatched") return { status: "open" };
  return { status: "failed", code: failureCode(error), reason: error };
}

/** The code that an error's text begins with. */
export function failureCode(error: string): ErrorCode {
  return codeOf(error) ?? "E_SUBTASK";
}
