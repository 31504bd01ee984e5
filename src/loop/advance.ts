import { blockedSubtasks, isReady } from "../dag/ready.ts";
import { exhausted } from "./budget.ts";
import { dispatchSubtask } from "./dispatch.ts";
import type { Draft } from "./draft.ts";
import { finishTask } from "./finish.ts";
import { noSynthesis } from "./limit-errors.ts";
import { openQuestion } from "./questions.ts";

/**
 * Takes a coordinating task as far as it can go: applies the failure policy, dispatches what is ready, and when every subtask is
 * final asks for the synthesis. Every event that may have changed a subtask ends here.
 */
export function advance(draft: Draft): void {
  let again = true;
  // A pause holds everything that is new: what a failure would cancel as well.
  while (again && draft.task.paused !== true) {
    again = false;
    const survey = surveySubtasks(draft);
    if (survey.failed !== undefined && draft.task.policy.on_failure === "fail-fast") {
      finishTask(draft, { status: "failed", error: subtaskError(draft, survey.failed) });
      return;
    }
    const skipped = survey.lost ? skipBlocked(draft) : 0;
    if (survey.open === skipped) {
      // Of a script the program says when it is over.
      if (draft.task.script === undefined) aggregate(draft);
      return;
    }
    let running = survey.dispatched;
    for (const id of survey.ready) {
      if (running >= draft.task.policy.concurrency) break;
      if (dispatchSubtask(draft, id)) {
        running++;
        continue;
      }
      again = true;
      if (draft.task.policy.on_failure === "fail-fast") break;
    }
  }
}

interface Survey {
  /** Pending or dispatched. */
  open: number;
  dispatched: number;
  /** The first that failed for good. */
  failed: string | undefined;
  /** Something will never be done, so what depends on it cannot be either. */
  lost: boolean;
  ready: string[];
}

function surveySubtasks({ nodes, now }: Draft): Survey {
  const survey: Survey = { open: 0, dispatched: 0, failed: undefined, lost: false, ready: [] };
  for (const [id, subtask] of nodes) {
    if (subtask.status === "done") continue;
    if (subtask.status === "dispatched") {
      survey.open++;
      survey.dispatched++;
    } else if (subtask.status === "pending") {
      survey.open++;
      const held = subtask.paused === true;
      const due = subtask.not_before === undefined || subtask.not_before <= now.running;
      if (!held && due && isReady(nodes, subtask)) survey.ready.push(id);
    } else {
      survey.lost = true;
      if (subtask.status === "failed") survey.failed ??= id;
    }
  }
  return survey;
}

/** @returns how many pending ones were skipped */
function skipBlocked(draft: Draft): number {
  const blocked = blockedSubtasks(draft.nodes);
  for (const id of blocked) {
    const lost = draft
      .subtask(id)
      .depends_on.find((dependency) => draft.nodes.get(dependency)?.status !== "done");
    draft.setSubtask(id, {
      status: "skipped",
      error: `E_SUBTASK: ${lost ?? "what it depends on"} was not done`,
      finished_at: draft.now.wall,
    });
  }
  return blocked.length;
}

function aggregate(draft: Draft): void {
  const short = exhausted(draft.task, draft.nodes);
  if (short !== undefined) {
    finishTask(draft, { status: "failed", error: noSynthesis(short) });
    return;
  }
  draft.set({ status: "aggregating" });
  openQuestion(draft, "synthesise");
}

function subtaskError(draft: Draft, id: string): string {
  const { agent, error = "" } = draft.subtask(id);
  return `E_SUBTASK: ${id} (${agent}) failed: ${error}`;
}
