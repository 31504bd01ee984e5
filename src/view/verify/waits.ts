import { isAnnounced } from "../../loop/create-task.ts";
import { keyOf, sameKey } from "../../loop/identify.ts";
import { isFinal } from "../../loop/phase.ts";
import { localTaskId, messageFileName } from "../../protocol/ids.ts";
import type { Subtask, Task } from "../../protocol/task.ts";
import type { Letter } from "../letters.ts";
import { type AgentEvidence, type Evidence, openTasks } from "./evidence.ts";
import type { Report } from "./finding.ts";

/**
 * Every task that is not final names a wait that exists: a message on its way or in an inbox, an open question, a timer, a person, a task of
 * a peer. And every task that is final has sent its reply.
 */
export function checkWaits(evidence: Evidence, report: Report): void {
  for (const agent of evidence.agents.values()) {
    for (const task of openTasks(agent)) {
      report.saw("waits");
      const text = taskFault(evidence, agent, task);
      if (text !== undefined)
        report.found({ check: "waits", agent: agent.agent, task_id: task.task_id, text });
    }
    const sent = new Set(agent.letters.filter(isSent).map(({ name }) => name));
    for (const { task } of agent.tasks.values()) if (isFinal(task)) checkReplied(agent, sent, task, report);
  }
}

function taskFault(evidence: Evidence, agent: AgentEvidence, task: Task): string | undefined {
  if (task.waiting !== undefined || task.paused === true || task.asking !== undefined) return undefined;
  // A pause or resume came before its TASK, which is on its way.
  if (isAnnounced(task)) return undefined;
  if (task.status !== "executing")
    return `it is ${task.status}, but nothing is asked and nobody is waited for`;
  let isUnderWay = false;
  for (const [id, subtask] of task.subtasks) {
    if (subtask.status === "dispatched") {
      const fault = subtaskFault(evidence, agent, task, id, subtask);
      if (fault !== undefined) return fault;
      isUnderWay = true;
    } else if (subtask.status === "pending" && (subtask.not_before !== undefined || subtask.paused === true))
      isUnderWay = true;
  }
  return isUnderWay ? undefined : "it is executing, but no subtask is under way";
}

function subtaskFault(
  { agents }: Evidence,
  sender: AgentEvidence,
  task: Task,
  id: string,
  subtask: Subtask,
): string | undefined {
  if (subtask.asking !== undefined || subtask.waiting !== undefined) return undefined;
  if (subtask.agent === "self") return `${id} is dispatched, but its question is not open`;
  const peer = agents.get(subtask.agent);
  if (peer === undefined) return undefined;
  const message = subtask.message ?? "";
  if (sender.byId.get(message)?.some(({ place }) => place === "pending")) return undefined;
  if (peer.byId.get(message)?.some(({ place }) => place === "inbox" || place === "dead")) return undefined;
  const child = childOf(sender, peer, task, id, subtask);
  if (child === undefined)
    return `${id} is dispatched, but ${subtask.agent} has neither its TASK nor a task for it`;
  if (!isFinal(child)) return undefined;
  const reply = child.reply ?? "";
  if (peer.byId.get(reply)?.some(({ place }) => place === "pending")) return undefined;
  if (sender.byId.get(reply)?.some(({ place }) => place === "inbox")) return undefined;
  return `${id} is dispatched, but ${subtask.agent} has finished it and its reply is not under way`;
}

function childOf(
  sender: AgentEvidence,
  peer: AgentEvidence,
  task: Task,
  id: string,
  subtask: Subtask,
): Task | undefined {
  if (subtask.attempt < 1) return undefined;
  const key = { from: sender.agent, task_id: task.task_id, subtask_id: id, attempt: subtask.attempt };
  for (const localId of [localTaskId(key), localTaskId(key, sender.agent)]) {
    const child = peer.tasks.get(localId)?.task;
    if (child !== undefined && sameKey(keyOf(child), key)) return child;
  }
  return undefined;
}

function isSent({ place }: Letter): boolean {
  return place === "outbox" || place === "pending";
}

function checkReplied(
  { agent, byId }: AgentEvidence,
  names: ReadonlySet<string>,
  task: Task,
  report: Report,
): void {
  report.saw("waits");
  const found = (text: string) => report.found({ check: "waits", agent, task_id: task.task_id, text });
  if (task.reply === undefined) found(`it is ${task.status}, but has sent no reply`);
  // In version 1 a message does not say its id.
  else if (names.has(messageFileName({ ...task.reply_to, type: "reply", id: task.reply }))) return;
  else if (!byId.get(task.reply)?.some(({ message }) => message?.from === agent))
    found(`its reply ${task.reply} is in neither outbox nor pending`);
}
