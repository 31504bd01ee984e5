import type { TaskEdit } from "../../protocol/edit.ts";
import { parseEdit } from "../../protocol/edit-body.ts";
import type { ControlMessage, Message } from "../../protocol/message.ts";
import type { Task } from "../../protocol/task.ts";
import type { AgentEvidence } from "./evidence.ts";

/** Whether its body says what was changed by hand, which explains what the loop alone would never do. */
export function isEdit(message: Message): message is ControlMessage {
  return message.type === "control" && message.control === "edit";
}

/** What persons, and whoever gave the work, changed of a task. */
export function editsOf({ edits }: AgentEvidence, task: Task): TaskEdit[] {
  return edits.flatMap((message) => {
    if (!isAbout(message, task)) return [];
    try {
      return [parseEdit(message.body.text)];
    } catch {
      return [];
    }
  });
}

function isAbout(
  { from, task_id, subtask_id, attempt }: ControlMessage,
  { task_id: id, ...task }: Task,
): boolean {
  if (from === "human") return task_id === id;
  const { reply_to } = task;
  const isSame = reply_to.task_id === task_id && reply_to.subtask_id === subtask_id;
  return task.from === from && isSame && reply_to.attempt === attempt;
}

/** Subtasks whose results or dependencies a person wrote: what was sent before may differ from what stands there. */
export function rewritten(edits: readonly TaskEdit[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { subtasks = {} } of edits) {
    for (const [id, edit] of Object.entries(subtasks)) {
      const { results, depends_on, status } = edit ?? {};
      if ((results ?? depends_on ?? status) !== undefined) ids.add(id);
    }
  }
  return ids;
}
