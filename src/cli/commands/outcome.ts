import { ClawflowError } from "../../protocol/errors.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import { parsePlan } from "../../protocol/outcome-body.ts";
import { act, targetOf, targetOfBrain } from "../act.ts";
import { brainCaller } from "../brain-caller.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { outcomeOf, parseTarget } from "../person-message.ts";
import { type CommonOptions, findPlace } from "../place.ts";
import { readInput } from "../read-input.ts";

/** The plan of a task, as JSON or YAML. */
export async function planCommand(
  io: Io,
  name: string,
  file: string,
  options: CommonOptions,
): Promise<ExitCode> {
  return await sendOutcome(io, name, parsePlan(await readInput(io, file)), "plan", options);
}

/** The results of a task, or by a person's hand of a subtask. */
export async function doneCommand(
  io: Io,
  name: string,
  file: string,
  options: CommonOptions,
): Promise<ExitCode> {
  return await sendOutcome(io, name, { results: await readInput(io, file) }, "results", options);
}

export interface FailOptions extends CommonOptions {
  error: string;
  partial?: string;
}

export async function failCommand(io: Io, name: string, options: FailOptions): Promise<ExitCode> {
  if (options.error.trim() === "") {
    throw new ClawflowError("E_USAGE", "no reason is given", {
      at: "--error",
      hint: 'For example: --error "no such file"',
    });
  }
  const partial = options.partial === undefined ? {} : { partial: await readInput(io, options.partial) };
  return await sendOutcome(io, name, { error: options.error, ...partial }, "error", options);
}

/** A brain that was asked speaks as its agent, on that question alone; without one it is a person who speaks. */
async function sendOutcome(
  io: Io,
  name: string,
  outcome: Outcome,
  what: string,
  options: CommonOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  const named = parseTarget(name);
  const caller = brainCaller(io);
  if (caller === undefined) {
    const { agent, target } = targetOf(place, named, options.agent);
    return await act(io, place, agent, outcomeOf("human", agent, target, outcome), what, options);
  }
  targetOfBrain(place, caller, named);
  const message = outcomeOf(caller.agent, caller.agent, named, outcome, caller.question);
  return await act(io, place, caller.agent, message, what, options);
}
