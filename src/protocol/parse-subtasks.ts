import { checkShape } from "./check-shape.ts";
import { ClawflowError } from "./errors.ts";
import { SUBTASK_ID } from "./ids.ts";
import { foundText, isPlainObject, unknownFields, withoutBlanks } from "./plain-value.ts";
import { type Subtask, subtaskSchema } from "./task.ts";

/** Subtasks by id, in their order. */
export function parseSubtasks(entries: unknown): Map<string, Subtask> {
  const subtasks = new Map<string, Subtask>();
  if (entries === undefined || entries === null) return subtasks;
  if (!isPlainObject(entries)) {
    throw new ClawflowError("E_FIELD", "not a map of subtasks", {
      at: "subtasks",
      expected: "one entry for each subtask, its id as the key",
      found: foundText(entries),
    });
  }
  for (const [id, entry] of Object.entries(entries)) {
    if (!SUBTASK_ID.test(id)) {
      throw new ClawflowError("E_ID", "not a subtask id", {
        at: `subtasks.${id}`,
        expected: "1 to 64 of a-z 0-9 -, beginning with a letter, without --",
        found: foundText(id),
      });
    }
    subtasks.set(id, parseSubtask(id, entry));
  }
  return subtasks;
}

const SUBTASK_KEYS = Object.keys(subtaskSchema.shape);

function parseSubtask(id: string, entry: unknown): Subtask {
  const fields = isPlainObject(entry) ? withoutBlanks(entry) : entry;
  const subtask = checkShape(subtaskSchema, fields, "E_FIELD", ["subtasks", id]);
  if (subtask.results_file !== undefined && subtask.results_file !== resultsFile(id)) {
    throw new ClawflowError("E_FIELD", "not the file of its results", {
      at: `subtasks.${id}.results_file`,
      expected: resultsFile(id),
      found: foundText(subtask.results_file),
    });
  }
  return { ...subtask, ...unknownFields(entry as Record<string, unknown>, SUBTASK_KEYS) };
}

/** Where the results of a subtask stand that are too large for task.md, relative to the task's folder. */
export function resultsFile(id: string): string {
  return `results/${id}.md`;
}
