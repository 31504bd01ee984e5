import type { TaskMessage } from "../../protocol/message.ts";
import type { Subtask, Task } from "../../protocol/task.ts";
import { editsOf, rewritten } from "./edits-taken.ts";
import type { AgentEvidence, Evidence } from "./evidence.ts";
import type { Report } from "./finding.ts";

/** A subtask is dispatched only when all that it depends on is done, and its TASK holds their results. */
export function checkDependencies({ agents }: Evidence, report: Report): void {
  for (const agent of agents.values()) {
    for (const { task } of agent.tasks.values()) {
      const byHand = rewritten(editsOf(agent, task));
      for (const [id, subtask] of task.subtasks)
        if (!byHand.has(id)) checkSubtask(agent, task, id, subtask, byHand, report);
    }
  }
}

function checkSubtask(
  agent: AgentEvidence,
  task: Task,
  id: string,
  subtask: Subtask,
  byHand: ReadonlySet<string>,
  report: Report,
): void {
  // One that is to be done again has the reply of before.
  const wasSent =
    subtask.status === "dispatched" || (subtask.reply !== undefined && subtask.status !== "pending");
  if (subtask.depends_on.length === 0 || !wasSent) return;
  report.saw("dependencies");
  const found = (text: string, file?: string) =>
    report.found({
      check: "dependencies",
      agent: agent.agent,
      task_id: task.task_id,
      text,
      ...(file === undefined ? {} : { file }),
    });
  const message = taskOf(agent, subtask);
  for (const dependency of subtask.depends_on) {
    if (byHand.has(dependency)) continue;
    const upstream = task.subtasks.get(dependency);
    if (upstream?.status !== "done") {
      found(`${id} is ${subtask.status}, though ${dependency} is ${upstream?.status ?? "not there"}`);
    } else if (message !== undefined && !holds(message.message, dependency, upstream)) {
      found(`the TASK of ${id} does not hold the results of ${dependency}`, message.file);
    }
  }
}

/** The TASK of the current attempt as it was sent; after gc there is none. */
function taskOf(
  { byId, agent }: AgentEvidence,
  { message: id }: Subtask,
): { message: TaskMessage; file: string } | undefined {
  for (const { message, file } of byId.get(id ?? "") ?? []) {
    if (message?.type === "task" && message.from === agent) return { message, file };
  }
  return undefined;
}

/** In its Context, or as an attachment where they are too long for it. */
function holds({ body, attachments }: TaskMessage, dependency: string, { results = "" }: Subtask): boolean {
  if (attachments?.some(({ name }) => name === `${dependency}.md`)) return true;
  return body.context.includes(`Results of ${dependency} (`) && body.context.includes(results);
}
