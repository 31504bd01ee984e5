import { isLost } from "../dag/ready.ts";
import type { Draft } from "./draft.ts";
import { mustWork } from "./edit-fault.ts";
import { phaseOf } from "./phase.ts";
import { executePlan, showPlanAgain } from "./plans.ts";
import { closeQuestion, openQuestion } from "./questions.ts";
import { goOn, reopen, resetSubtask } from "./retry.ts";
import { repeatScript, runScript } from "./scripts.ts";

/** What an edit did to the work. */
export interface Redone {
  /** Results, or what is to be done, are not what they were. */
  changes: boolean;
  /** Something is to be done that was not: a finished task begins again. */
  begins: boolean;
  /** Subtasks that stay as the person wants them. */
  kept: ReadonlySet<string>;
}

/** Takes a task on from where an edit left it, whatever it was at; it has not been advanced yet. */
export function goOnFrom(draft: Draft, redone: Redone): void {
  const { task } = draft;
  const phase = phaseOf(task);
  if (phase === "final") {
    if (redone.begins) beginAgain(draft, redone);
    else if (task.deadline !== undefined) draft.set({ deadline: null });
    return;
  }
  if (task.waiting?.for === "approval") {
    if (task.script === undefined) showPlanAgain(draft);
    return;
  }
  const changes = reviveSkipped(draft) || redone.changes || redone.begins;
  if (phase === "executing" && changes && task.script !== undefined) runScript(draft);
  if (phase === "executing" || !changes) return;
  if (task.status === "aggregating") mustWork(reopen(draft));
  else if (draft.nodes.size > 0) splitByHand(draft);
}

/** As a retry does it: what was given up with the task is done as well. */
function beginAgain(draft: Draft, { kept }: Redone): void {
  const { status, mode } = draft.task;
  mustWork(reopen(draft));
  if (draft.task.script !== undefined) {
    repeatScript(draft);
    return;
  }
  if (draft.nodes.size === 0) {
    draft.set({ status: "pending", mode: "undecided" });
    openQuestion(draft, "consider");
    return;
  }
  for (const [id, { status: was }] of [...draft.nodes]) {
    const givenUp = was === "cancelled" || was === "skipped";
    if (status !== "done" && givenUp && !kept.has(id)) resetSubtask(draft, id);
  }
  reviveSkipped(draft);
  if (mode === "coordinating") goOn(draft);
  else splitByHand(draft);
}

/** A person's plan answers what the brain was asked, and needs nobody's approval. */
function splitByHand(draft: Draft): void {
  closeQuestion(draft);
  draft.set({ mode: "coordinating" });
  executePlan(draft);
}

/** What was skipped for want of something that is there now, or is no longer needed, may be done after all. @returns whether any was */
function reviveSkipped(draft: Draft): boolean {
  let revived = false;
  for (let again = true; again; ) {
    again = false;
    for (const [id, { status, depends_on }] of [...draft.nodes]) {
      if (status !== "skipped" || depends_on.some((other) => isLost(draft.nodes.get(other)?.status)))
        continue;
      resetSubtask(draft, id);
      again = true;
      revived = true;
    }
  }
  return revived;
}
