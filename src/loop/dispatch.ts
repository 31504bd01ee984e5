import { parseDuration } from "../protocol/duration.ts";
import type { TaskMessage } from "../protocol/message.ts";
import { grantFor } from "./budget.ts";
import type { Draft } from "./draft.ts";
import { earliest } from "./earliest.ts";
import { failAttempt } from "./failures.ts";
import { refusedDispatch } from "./limit-errors.ts";
import { reachablePeers, speaksVersion1 } from "./peers.ts";
import { openQuestion, titleOf } from "./questions.ts";
import { timeoutOf } from "./timeout.ts";
import { upstreamContext } from "./upstream.ts";

/**
 * Sends a subtask whose dependencies are done: a TASK to its agent, or a question to the agent's own brain.
 *
 * @returns false where it could not go; then it has failed, with the reason.
 */
export function dispatchSubtask(draft: Draft, id: string): boolean {
  const { agent, attempt } = draft.subtask(id);
  const granted = grantFor(draft.task, draft.nodes, id);
  if ("short" in granted) {
    refuse(draft, id, refusedDispatch(id, granted.left, granted.short));
    return false;
  }
  if (agent !== "self" && !reachablePeers(draft.self, draft.task).some((peer) => peer.id === agent)) {
    refuse(draft, id, unreachable(draft, agent));
    return false;
  }
  const { wall, running } = draft.now;
  const due = running + timeoutOf(draft, id) + timeToDeliver(draft, agent);
  draft.setSubtask(id, {
    status: "dispatched",
    attempt: attempt + 1,
    dispatched_at: wall,
    finished_at: null,
    due,
    not_before: null,
    error: null,
    unanswered: null,
    ...(granted.grant === undefined ? {} : { granted: granted.grant }),
  });
  if (agent === "self") openQuestion(draft, "subtask", id);
  else sendTask(draft, id);
  return true;
}

function sendTask(draft: Draft, id: string): void {
  const { task, now } = draft;
  const subtask = draft.subtask(id);
  const upstream = upstreamContext(draft, id);
  for (const blob of upstream.blobs) draft.blob(blob.sha256, blob.text);
  const version = speaksVersion1(draft.self, subtask) ? 1 : 2;
  const left = earliest(task.deadline, now.running + timeoutOf(draft, id)) ?? now.running;
  const message: TaskMessage = {
    ...draft.envelope("task", subtask.agent, task.task_id, id, subtask.attempt),
    version,
    type: "task",
    trace: { ...task.trace, depth: task.trace.depth + 1, path: [...task.trace.path, subtask.agent] },
    deadline_in: Math.max(0, left - now.running),
    body: {
      title: titleOf(subtask.description, id),
      context: upstream.context,
      instructions: subtask.instructions ?? subtask.description,
      expected_output: subtask.expected_output ?? "",
    },
  };
  if (subtask.granted !== undefined) message.budget = subtask.granted;
  if (upstream.attachments.length > 0) message.attachments = upstream.attachments;
  // A peer of version 1 cannot say where it stands: only the time of its attempt ends it.
  draft.setSubtask(id, { message: message.id, heard: version === 1 ? null : now.running, probes: null });
  draft.send(message);
}

/** A peer of another host may take a TASK later; its time begins when it does (`noteAccepted`). */
function timeToDeliver({ self }: Draft, agent: string): number {
  const remote = self.peers.some((peer) => peer.id === agent && peer.remote === true);
  return remote ? parseDuration(self.limits.delivery) : 0;
}

function refuse(draft: Draft, id: string, error: string): void {
  draft.setSubtask(id, { not_before: null });
  failAttempt(draft, id, error);
}

/** Plans are checked when they are made; this is for what changed since. */
function unreachable({ self, task }: Draft, agent: string): string {
  if (task.trace.depth >= self.limits.depth) {
    return `E_DEPTH: this task is at level ${task.trace.depth}, the limit is ${self.limits.depth}`;
  }
  if (self.peers.some((peer) => peer.id === agent)) {
    return `E_PATH: ${agent} stands twice already on the path ${task.trace.path.join(" → ")}`;
  }
  const names = reachablePeers(self, task).map((peer) => peer.id);
  return `E_UNKNOWN_AGENT: ${agent} is no peer of ${self.id}; reachable: ${names.join(", ") || "nobody"}`;
}
