import { join } from "node:path";
import type { Task } from "../../protocol/task.ts";
import { listNames, readText } from "../read-text.ts";
import type { AgentEvidence, Evidence } from "./evidence.ts";
import type { Report } from "./finding.ts";

/** Ids that a step derived; messages of people and command lines have others. */
const DERIVED = /^m-[0-9a-f]{24}$/;

/** For each question at most one outcome is taken; for each attempt one reply takes effect, from the agent that had it. */
export function checkOutcomes(evidence: Evidence, report: Report): void {
  for (const agent of evidence.agents.values()) {
    checkRecords(agent, report);
    for (const { task, folder } of agent.tasks.values()) {
      checkCalls(evidence, agent, task, folder, report);
      checkTakenReplies(agent, task, report);
    }
    checkSentReplies(agent, report);
  }
}

/** What was decided is archived as a message of the agent to itself, once a question. */
function checkRecords({ agent, letters }: AgentEvidence, report: Report): void {
  const seen = new Map<string, string>();
  for (const { message, file, place } of letters) {
    if (place !== "archive" || message?.type !== "outcome" || message.question === undefined) continue;
    if (message.from !== agent || !DERIVED.test(message.id)) continue;
    report.saw("outcomes");
    const first = seen.get(message.question);
    seen.set(message.question, file);
    if (first === undefined) continue;
    const text = `question ${message.question} has a second outcome beside ${first}`;
    report.found({ check: "outcomes", agent, file, task_id: message.task_id, text });
  }
}

function checkCalls(
  { disk }: Evidence,
  { agent, paths }: AgentEvidence,
  task: Task,
  folder: string,
  report: Report,
): void {
  const taken = new Map<string, string>();
  const calls = join(paths.tasks, folder, "calls");
  for (const name of listNames(disk, calls)) {
    const call = readCall(readText(disk, join(calls, name)));
    const file = `tasks/${folder}/calls/${name}`;
    report.saw("outcomes");
    if (call === undefined) {
      report.found({
        check: "outcomes",
        agent,
        file,
        task_id: task.task_id,
        text: "not the record of a call",
      });
      continue;
    }
    // After a passing error the same question is open again.
    if (!call.taken || call.outcome === "error") continue;
    const first = taken.get(call.question);
    if (first !== undefined) {
      const text = `question ${call.question} was answered in ${first} already`;
      report.found({ check: "outcomes", agent, file, task_id: task.task_id, text });
    }
    taken.set(call.question, name);
  }
}

function readCall(
  text: string | undefined,
): { question: string; taken: boolean; outcome: string } | undefined {
  try {
    const call = JSON.parse(text ?? "") as { question: string; taken: boolean; outcome: string };
    return typeof call.question === "string" ? call : undefined;
  } catch {
    return undefined;
  }
}

/** The reply that a subtask names came from its agent, for its attempt; of one that is not done it may be that of an attempt before. */
function checkTakenReplies({ agent, byId }: AgentEvidence, task: Task, report: Report): void {
  for (const [id, { reply, agent: peer, attempt, status }] of task.subtasks) {
    if (reply === undefined) continue;
    report.saw("outcomes");
    for (const { message, file } of byId.get(reply) ?? []) {
      if (message === undefined) continue;
      const isItsOwn = status === "done" ? message.attempt === attempt : message.attempt <= attempt;
      if (message.from === peer && isItsOwn) continue;
      const text = `${id} took the reply of ${message.from} to attempt ${message.attempt}; it is at ${peer}, attempt ${attempt}`;
      report.found({ check: "outcomes", agent, file, task_id: task.task_id, text });
    }
  }
}

/** An agent answers an attempt once. A person may have a task done again, and gets another reply. */
function checkSentReplies({ agent, letters }: AgentEvidence, report: Report): void {
  const sent = new Map<string, string>();
  for (const { message, file, place } of letters) {
    if (message?.type !== "reply" || message.from !== agent || message.to === "human") continue;
    if (place !== "outbox" && place !== "pending") continue;
    report.saw("outcomes");
    const { to, task_id, subtask_id, attempt, id } = message;
    const key = JSON.stringify([to, task_id, subtask_id, attempt]);
    const first = sent.get(key);
    sent.set(key, id);
    if (first === undefined || first === id) continue;
    report.found({
      check: "outcomes",
      agent,
      file,
      task_id,
      text: `a second reply to attempt ${attempt}, beside ${first}`,
    });
  }
}
