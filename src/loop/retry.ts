import { dependantsOf } from "../dag/graph.ts";
import { advance } from "./advance.ts";
import { recallSubtask } from "./cancel.ts";
import type { Draft } from "./draft.ts";
import { phaseOf } from "./phase.ts";
import { beginPlan } from "./plans.ts";
import { closeQuestion, openQuestion } from "./questions.ts";
import { forgetUnfit, hasFailedCalls, repeatCalls, repeatScript, runScript } from "./scripts.ts";

/**
 * A person wants a subtask done again: a new attempt of it, and of what depends on it where that had begun. Of a task that had
 * ended without a result also of all that was cancelled or skipped with it.
 *
 * @returns why it cannot be done.
 */
export function retrySubtask(draft: Draft, id: string): string | undefined {
  const ended = draft.task.status === "failed" || draft.task.status === "cancelled";
  const refusal = reopen(draft);
  if (refusal !== undefined) return refusal;
  if (draft.subtask(id).call !== undefined) {
    // The program calls it, and what follows from it may be another question now.
    if (ended) repeatScript(draft, [id]);
    else repeatCalls(draft, [id]);
    return undefined;
  }
  const again = new Set([id, ...dependantsOf(draft.nodes, id)]);
  for (const [other, { status }] of draft.nodes) {
    if (again.has(other) || (ended && (status === "cancelled" || status === "skipped"))) {
      resetSubtask(draft, other);
    }
  }
  goOn(draft);
  return undefined;
}

/** The whole task again: what was not done of a coordinating one, the failed calls of a script; else its question anew. */
export function retryTask(draft: Draft): string | undefined {
  const { task } = draft;
  if (phaseOf(task) !== "final")
    return "the task is not finished; name one of its subtasks, or cancel it first";
  // A script may be done without what some of its calls were for.
  if (task.status === "done" && !hasFailedCalls(draft))
    return "the task is done; name the subtask that is to be done again";
  const refusal = reopen(draft);
  if (refusal !== undefined) return refusal;
  if (draft.task.script !== undefined) {
    repeatScript(draft);
    return undefined;
  }
  if (draft.nodes.size === 0) {
    draft.set({ status: "pending", mode: "undecided" });
    openQuestion(draft, "consider");
    return undefined;
  }
  for (const [id, { status }] of draft.nodes) if (status !== "done") resetSubtask(draft, id);
  goOn(draft);
  return undefined;
}

/** A plan of which nothing ever began may be one that was not approved: it is asked for again. */
export function goOn(draft: Draft): void {
  const { removed, script } = draft.task;
  if (script !== undefined) {
    runScript(draft);
    return;
  }
  const begun = [...draft.nodes].some(
    ([id, { attempt, status }]) => attempt > (removed?.[id] ?? 0) || status === "done",
  );
  if (begun) advance(draft);
  else beginPlan(draft);
}

/** It is pending as if it had not been done; whoever has it is told. */
export function resetSubtask(draft: Draft, id: string): void {
  const { status } = draft.subtask(id);
  if (status === "pending") return;
  forgetUnfit(draft, id);
  recallSubtask(draft, id, "it is to be done again");
  draft.setSubtask(id, {
    status: "pending",
    error: null,
    results: null,
    result_summary: null,
    attachments: null,
    due: null,
    heard: null,
    probes: null,
    not_before: null,
    finished_at: null,
  });
}

/** Back to executing. A finished task whose sender has its reply already is to be redone by that sender. */
export function reopen(draft: Draft): string | undefined {
  const { task } = draft;
  if (task.status === "executing") return undefined;
  if (phaseOf(task) === "final") {
    if (task.from !== "human")
      return `${task.from} already has the reply; retry ${task.reply_to.task_id}/${task.reply_to.subtask_id ?? ""} at ${task.from}`;
  } else if (task.status !== "aggregating") return "the task has no plan that is under way";
  closeQuestion(draft);
  draft.set({ status: "executing", finished_at: null, error: null, reply: null, waiting: null });
  draft.setText({ output: "", partial: "" });
  return undefined;
}
