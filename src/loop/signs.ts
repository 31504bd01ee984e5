import type { ProgressMessage } from "../protocol/message.ts";
import { advance } from "./advance.ts";
import { recallSubtask } from "./cancel.ts";
import type { Draft } from "./draft.ts";
import { failAttempt } from "./failures.ts";
import { phaseOf } from "./phase.ts";
import { askAgain, findQuestion, resumeQuestion } from "./questions.ts";
import { timeoutOf } from "./timeout.ts";
import type { LoopEvent } from "./types.ts";

/** A sign of life of a peer: its silence is counted anew. It never changes the DAG. */
export function takeProgress(draft: Draft, message: ProgressMessage): void {
  draft.dispose({ message: message.id, to: "archive" });
  const id = message.subtask_id ?? "";
  const subtask = draft.nodes.get(id);
  if (
    subtask?.status !== "dispatched" ||
    subtask.agent !== message.from ||
    subtask.attempt !== message.attempt
  )
    return;
  draft.setSubtask(id, { heard: draft.now.running, probes: null });
}

/** A brain's process runs: it is noted, so that it can be ended if this host dies. */
export function noteStarted(draft: Draft, { question, pid, started }: LoopEvent & { type: "started" }): void {
  const open = findQuestion(draft, question);
  if (open === undefined) return;
  const asking = { ...open.asking, pid, started };
  if (open.subtask !== undefined) draft.setSubtask(open.subtask, { asking });
  else draft.set(draft.task.status === "pending" ? { asking, status: "in-progress" } : { asking });
}

/** The time of an attempt is counted from here; until now it was that of the delivery. */
export function noteAccepted(draft: Draft, { message }: LoopEvent & { type: "accepted" }): void {
  for (const [id, subtask] of draft.nodes) {
    if (subtask.message !== message || subtask.status !== "dispatched") continue;
    const { running } = draft.now;
    const heard = subtask.heard === undefined ? {} : { heard: running };
    draft.setSubtask(id, { due: running + timeoutOf(draft, id), ...heard });
    return;
  }
}

/** A TASK that nobody took ends the attempt. Anything else that is not accepted stays pending, and `status` shows it. */
export function takeUndelivered(
  draft: Draft,
  { message, code, text }: LoopEvent & { type: "undelivered" },
): void {
  for (const [id, subtask] of draft.nodes) {
    if (subtask.message !== message || subtask.status !== "dispatched") continue;
    recallSubtask(draft, id, text, code !== "E_UNDELIVERED");
    failAttempt(draft, id, `${code}: ${text}`);
    advance(draft);
    return;
  }
}

/** After a restart: every open question is put again; a task that was not advanced is. */
export function resumeTask(draft: Draft): void {
  const { task } = draft;
  const phase = phaseOf(task);
  if (phase === "waiting" || phase === "final") return;
  if (task.asking !== undefined && task.asking.not_before === undefined) resumeQuestion(draft, task.asking);
  if (phase !== "executing") return;
  for (const [id, { status, asking }] of draft.nodes) {
    if (status === "dispatched" && asking !== undefined && asking.not_before === undefined)
      resumeQuestion(draft, asking, id);
  }
  advance(draft);
}

/** A question that was open when the host began has its turn. */
export function putAgain(draft: Draft, { question }: LoopEvent & { type: "again" }): void {
  const open = findQuestion(draft, question);
  if (open !== undefined && open.asking.not_before === undefined) askAgain(draft, open.asking, open.subtask);
}
