/**
 * The id of the task that a message in an agent's mailbox is about, as that agent has it: what others say of a subtask of theirs is a task
 * of its own here, what comes back of a subtask is about the task that has it.
 */
export function taskOfLetter(letter: {
  type?: string | undefined;
  from?: string | undefined;
  task_id?: string | undefined;
  subtask?: string | undefined;
  attempt?: number | undefined;
}): string | undefined {
  const { type, from, task_id, subtask, attempt = 1 } = letter;
  if (task_id === undefined) return undefined;
  const isGiven = (type === "task" || type === "control") && from !== "human" && subtask !== undefined;
  if (!isGiven) return task_id;
  return `${task_id}.${subtask}${attempt > 1 ? `_${attempt}` : ""}`;
}
