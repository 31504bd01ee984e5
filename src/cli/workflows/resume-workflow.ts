import { formatEdit } from "../../protocol/edit-body.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import { checkScript } from "../../script/check-script.ts";
import { findOneTask } from "../../view/find-task.ts";
import { openRoot } from "../../view/root-view.ts";
import { act } from "../act.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { controlCommand } from "../commands/control.ts";
import type { WorkflowOptions } from "../commands/workflow.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { controlOf } from "../person-message.ts";
import { findPlace } from "../place.ts";
import { readInput } from "../read-input.ts";

/**
 * Runs a script again that has ended: what was answered stays answered. With another text of it (--script) the same, as far as that is
 * unchanged; it waits for another approval first.
 */
export async function resumeWorkflow(io: Io, run: string, options: WorkflowOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  refuseToBrains(io, place, "workflow resume");
  const { agent, task } = findOneTask(openRoot(place.disk, place.agents), run, options.agent);
  const { task_id } = task;
  if (task.script === undefined)
    throw new ClawflowError("E_STATE", "that task is no script", { at: task_id });
  if (options.script === undefined)
    return await controlCommand(io, "retry", task_id, undefined, { ...options, agent });
  const instructions = await readInput(io, options.script);
  checkScript(instructions);
  const edit = controlOf(agent, { task_id }, "edit", formatEdit({ instructions }));
  return await act(io, place, agent, edit, "the script", options);
}
