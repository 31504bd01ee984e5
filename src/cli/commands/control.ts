import type { ControlMessage } from "../../protocol/message.ts";
import { act, targetOf } from "../act.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { controlOf, parseTarget } from "../person-message.ts";
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
  const { agent, target } = targetOf(place, parseTarget(name), options.agent);
  return await act(io, place, agent, controlOf(agent, target, control, text ?? ""), control, options);
}
