import { basename } from "node:path";
import { isFinal } from "../../loop/phase.ts";
import type { Task, Waiting } from "../../protocol/task.ts";
import type { CheckedFile } from "./files.ts";
import type { JobTask } from "./job-tasks.ts";
import type { Trouble } from "./troubles.ts";

/** Something that a person can do about a job. */
export interface NextStep {
  text: string;
  /** Words of a command, the first `clawflow`; one in capitals is to be filled in. */
  command?: string[];
}

/** What waits for a person first, then what failed and could be done again, then what is damaged. */
export function nextSteps(
  tasks: readonly JobTask[],
  root: Task,
  troubles: readonly Trouble[],
  files: readonly CheckedFile[],
): NextStep[] {
  const steps = tasks.flatMap(waitingSteps);
  if (isFinal(root)) steps.push(...failedSteps(root));
  else if (steps.length === 0)
    steps.push({
      text: "It is under way; this says what it waits for",
      command: ["clawflow", "why", root.task_id],
    });
  for (const { kind, agent, file } of troubles) {
    if (kind !== "dead" || file === undefined) continue;
    const command = ["clawflow", "dead", "requeue", basename(file), "--agent", agent];
    steps.push({ text: `A message to ${agent} could not be handled; once its cause is mended`, command });
  }
  for (const { name, check, path } of files) {
    if (check === "missing") steps.push({ text: `${name} is not there any more: ${path}` });
    if (check === "changed") steps.push({ text: `${name} is not what was sent: ${path}` });
  }
  return steps;
}

function waitingSteps({ agent, task }: JobTask): NextStep[] {
  if (isFinal(task)) return [];
  const steps = task.waiting === undefined ? [] : waitingStep(agent, task.task_id, task.waiting);
  for (const [id, { waiting }] of task.subtasks)
    if (waiting !== undefined) steps.push(...waitingStep(agent, `${task.task_id}/${id}`, waiting));
  if (task.paused === true)
    steps.push({ text: `${task.task_id} is paused`, command: ["clawflow", "resume", task.task_id] });
  return steps;
}

function waitingStep(agent: string, name: string, waiting: Waiting): NextStep[] {
  switch (waiting.for) {
    case "approval":
      return [
        { text: `${agent} waits for an approval: ${waiting.text}`, command: ["clawflow", "approve", name] },
        { text: "or send it back", command: ["clawflow", "reject", name, "REASON"] },
      ];
    case "answer":
      return [{ text: `${agent} asks: ${waiting.text}`, command: ["clawflow", "answer", name, "ANSWER"] }];
    case "person":
      return [
        { text: `It is the turn of ${agent}: ${waiting.text}`, command: ["clawflow", "done", name, "FILE"] },
      ];
  }
}

function failedSteps(root: Task): NextStep[] {
  const failed = [...root.subtasks].filter(([, { status }]) => status === "failed");
  if (root.status === "done") {
    return failed.map(([id, { error }]) => ({
      text: `${id} failed (${error ?? "no reason is given"}); to have it done again`,
      command: ["clawflow", "retry", `${root.task_id}/${id}`],
    }));
  }
  // An agent's task is retried by who gave it.
  if (root.from !== "human") return [];
  const what = root.status === "failed" ? "It failed" : "It was cancelled";
  return [{ text: `${what}; to have done what is left of it`, command: ["clawflow", "retry", root.task_id] }];
}
