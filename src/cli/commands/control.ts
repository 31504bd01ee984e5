import { ClawflowError } from "../../protocol/errors.ts";
import type { ControlMessage } from "../../protocol/message.ts";
import type { SubtaskStatus, Task } from "../../protocol/task.ts";
import { act, targetOf } from "../act.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { controlOf, parseTarget, type Target } from "../person-message.ts";
import { type CommonOptions, findPlace } from "../place.ts";

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
  const { agent, target, task } = targetOf(place, parseTarget(name), options.agent);
  if (control === "pause") checkOpen(target, task);
  return await act(io, place, agent, controlOf(agent, target, control, text ?? ""), control, options);
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
