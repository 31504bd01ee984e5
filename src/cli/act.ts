import { ClawflowError } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";
import { findInInbox } from "../view/find-sent.ts";
import { type Found, findOneTask } from "../view/find-task.ts";
import { openRoot } from "../view/root-view.ts";
import type { BrainCaller } from "./brain-caller.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { actedShape } from "./json-shapes.ts";
import type { Target } from "./person-message.ts";
import { type CommonOptions, chosenAgent, type Place, workspaceOf } from "./place.ts";
import { printJson } from "./print-json.ts";
import { putMessage, warnIfIdle } from "./put-message.ts";
import { plainLine } from "./render/plain.ts";

/** Whose task that is, and its whole local id: a task that stands there, or a TASK that lies in an inbox. @throws E_NOT_FOUND */
export function targetOf(
  place: Place,
  target: Target,
  agent: string | undefined,
): { agent: string; target: Target; task?: Found["task"] } {
  const view = openRoot(place.disk, place.agents);
  try {
    const { agent: owner, task } = findOneTask(view, target.task_id, agent);
    checkSubtask(task, target);
    return { agent: owner, target: { ...target, task_id: task.task_id }, task };
  } catch (error) {
    if (!(error instanceof ClawflowError) || error.code !== "E_NOT_FOUND") throw error;
    const owner = findInInbox(view, target.task_id, agent);
    if (owner === undefined || target.subtask_id !== undefined) throw error;
    return { agent: owner, target };
  }
}

/** The task of the question that a brain answers: its own and no other. @throws E_NOT_YOURS, E_UNKNOWN_AGENT */
export function targetOfBrain(place: Place, caller: BrainCaller, target: Target): void {
  workspaceOf(place, chosenAgent(place, caller.agent));
  if (target.task_id === caller.task) return;
  throw new ClawflowError("E_NOT_YOURS", "a brain speaks for the task it was asked about alone", {
    expected: caller.task,
    found: target.task_id,
  });
}

/** Puts the message into the agent's inbox and says so. */
export async function act(
  io: Io,
  place: Place,
  agent: string,
  message: Message,
  what: string,
  options: CommonOptions,
): Promise<ExitCode> {
  await putMessage(place, agent, message);
  warnIfIdle(io, place, agent);
  const { task_id, subtask_id, id } = message;
  if (options.json === true) {
    const subtask = subtask_id === undefined ? {} : { subtask: subtask_id };
    printJson(io, actedShape, { agent, task_id, ...subtask, message: id });
  } else {
    const name = subtask_id === undefined ? task_id : `${task_id}/${subtask_id}`;
    io.out(`${what} is sent to ${plainLine(agent)}: ${plainLine(name)}\n`);
  }
  return EXIT.done;
}

function checkSubtask(task: Found["task"], { subtask_id: id }: Target): void {
  if (id === undefined || task.subtasks.has(id)) return;
  throw new ClawflowError("E_NOT_FOUND", `${task.task_id} has no subtask ${id}`, {
    expected: [...task.subtasks.keys()].slice(0, 20).join(", ") || "a task with subtasks",
  });
}
