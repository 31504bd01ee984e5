import { ClawflowError } from "../../protocol/errors.ts";
import type { ControlMessage } from "../../protocol/message.ts";
import type { SubtaskStatus, Task } from "../../protocol/task.ts";
import { act, targetOf } from "../act.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { controlOf, parseTarget, type Target } from "../person-message.ts";
import { type CommonOptions, findPlace, type Place } from "../place.ts";

/** Sends a person's control for a task, or one of its subtasks, to the agent that has it. */
export async function controlCommand(
  io: Io,
  control: ControlMessage["control"],
  name: string,
  text: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  refuseToBrains(io, place, control);
  const { agent, message } = controlFor(place, control, name, text, options.agent);
  return await act(io, place, agent, message, control, options);
}

/** A person's control for the task or subtask of that name, and whose it is. @throws E_NOT_FOUND, E_STATE where it is over */
export function controlFor(
  place: Place,
  control: ControlMessage["control"],
  name: string,
  text: string | undefined,
  only: string | undefined,
): { agent: string; message: ControlMessage; task?: Task } {
  const { agent, target, task } = targetOf(place, parseTarget(name), only);
  if (control === "pause") checkOpen(target, task);
  const message = controlOf(agent, target, control, text ?? "");
  return { agent, message, ...(task === undefined ? {} : { task }) };
}

/** @throws E_STATE for what is over, and cannot be paused */
function checkOpen({ task_id, subtask_id: id }: Target, task: Task | undefined): void {
  const status = id === undefined ? task?.status : task?.subtasks.get(id)?.status;
  if (status === undefined || !isOver(status)) return;
  const at = id === undefined ? task_id : `${task_id}/${id}`;
  throw new ClawflowError("E_STATE", `it is ${status} already`, { at });
}

function isOver(status: Task["status"] | SubtaskStatus): boolean {
  return status === "done" || status === "failed" || status === "cancelled" || status === "skipped";
}
