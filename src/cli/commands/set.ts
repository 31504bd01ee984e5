import { checkShape } from "../../protocol/check-shape.ts";
import { describeEdit } from "../../protocol/describe-edit.ts";
import { type SubtaskEdit, subtaskEditSchema, type TaskEdit } from "../../protocol/edit.ts";
import { formatEdit, parseEdit } from "../../protocol/edit-body.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import { parseYaml } from "../../protocol/parse-yaml.ts";
import type { Task } from "../../protocol/task.ts";
import { act, targetOf } from "../act.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { parseEditWords } from "../parse-edit-words.ts";
import { controlOf, parseTarget } from "../person-message.ts";
import { type CommonOptions, findPlace } from "../place.ts";
import { readInput } from "../read-input.ts";
import { plainLine } from "../render/plain.ts";

export interface SetOptions extends CommonOptions {
  file?: string;
}

/** Changes a task, or one of its subtasks, as an edit of task.md would; what is not legal as it stands is said before anything is sent. */
export async function setCommand(
  io: Io,
  name: string,
  words: readonly string[],
  options: SetOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  refuseToBrains(io, place, "set");
  const { task_id, subtask_id } = parseTarget(name);
  const { agent, target, task } = targetOf(place, { task_id }, options.agent);
  if (words.length === 0 && options.file === undefined) throw nothingToSet();
  const text = options.file === undefined ? undefined : await readInput(io, options.file);
  const edit =
    subtask_id === undefined
      ? editOfTask(words, task, text)
      : { subtasks: { [subtask_id]: editOfSubtask(words, task, subtask_id, text) } };
  const message = controlOf(agent, target, "edit", formatEdit(edit));
  const code = await act(io, place, agent, message, "edit", options);
  if (options.json !== true) for (const line of describeEdit(edit)) io.out(`- ${plainLine(line)}\n`);
  return code;
}

function editOfTask(words: readonly string[], task: Task | undefined, text: string | undefined): TaskEdit {
  const given = text === undefined ? {} : parseEdit(text);
  return parseEditWords(words, "task", { ...budgetOf(words, task), ...given });
}

function editOfSubtask(
  words: readonly string[],
  task: Task | undefined,
  id: string,
  text: string | undefined,
): SubtaskEdit {
  const subtask = task?.subtasks.get(id);
  const given =
    text === undefined ? {} : checkShape(subtaskEditSchema, parseYaml(text, "E_FIELD"), "E_FIELD");
  const edit = parseEditWords(words, "subtask", { ...budgetOf(words, subtask), ...given });
  if (subtask !== undefined || edit.agent !== undefined) return edit;
  throw new ClawflowError("E_NOT_FOUND", `${task?.task_id ?? "the task"} has no subtask ${id}`, {
    expected: [...(task?.subtasks.keys() ?? [])].slice(0, 20).join(", ") || "a task with subtasks",
    hint: "To add one, say whom it is for: agent=…",
  });
}

/** A budget is set as a whole; who names one figure of it keeps the others. */
function budgetOf(words: readonly string[], has: Pick<Task, "budget"> | undefined): Pick<TaskEdit, "budget"> {
  const isPart = words.some((word) => word.startsWith("budget."));
  return isPart && has?.budget !== undefined ? { budget: has.budget } : {};
}

function nothingToSet(): ClawflowError {
  return new ClawflowError("E_USAGE", "there is nothing to set", {
    hint: "For example: clawflow set TASK budget.tokens=200000 deadline=2h",
  });
}
