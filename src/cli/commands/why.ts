import { ClawflowError } from "../../protocol/errors.ts";
import { findInInbox } from "../../view/find-sent.ts";
import { findOneTask } from "../../view/find-task.ts";
import type { RootView } from "../../view/root-view.ts";
import type { Hold } from "../../view/why/hold.ts";
import { type Reason, why, whyAll, whyNotBegun } from "../../view/why/why.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { whyShape } from "../json-shapes.ts";
import { parseTarget } from "../person-message.ts";
import { findPlace, type ReaderOptions } from "../place.ts";
import { printJson } from "../print-json.ts";
import { paintWith } from "../render/paint.ts";
import { whyForAgent, whyLines } from "../render/why.ts";
import { commandHere, viewPlace } from "../view-place.ts";

/** Names the one thing that holds a task back, or each open job, and the command that would move it. */
export async function whyCommand(
  io: Io,
  name: string | undefined,
  options: ReaderOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  const view = viewPlace(place);
  const now = Date.now();
  const reasons = name === undefined ? whyAll(view, now) : [reasonOf(view, name, options.agent, now)];
  const here = (command: string) => commandHere(io, command, options);
  if (options.json === true) {
    // A program knows where it said that the team is; that the commands are another's it does not.
    const told = io.embedded === undefined ? reasons : reasons.map((reason) => spoken(reason, here));
    printJson(io, whyShape, { reasons: told });
  } else {
    const look = { paint: paintWith(io.colour.out), now, here };
    const linesOf = options.forAgent === true ? whyForAgent : whyLines;
    io.out(`${blocks(reasons, (reason) => linesOf(reason, look))}\n`);
  }
  return EXIT.done;
}

function reasonOf(view: RootView, name: string, agent: string | undefined, now: number): Reason {
  const { task_id, subtask_id } = parseTarget(name);
  try {
    const found = findOneTask(view, task_id, agent);
    return why(view, found.agent, found.task, now, subtask_id);
  } catch (error) {
    if (!(error instanceof ClawflowError) || error.code !== "E_NOT_FOUND") throw error;
    const owner = subtask_id === undefined ? findInInbox(view, task_id, agent) : undefined;
    if (owner === undefined) throw error;
    return whyNotBegun(view, owner, task_id);
  }
}

function spoken(reason: Reason, here: (command: string) => string): Reason {
  const hold = (of: Hold) => (of.command === undefined ? of : { ...of, command: here(of.command) });
  const also = reason.also.map((other) => ({ ...other, first: hold(other.first) }));
  return { ...reason, hold: hold(reason.hold), also };
}

function blocks(reasons: readonly Reason[], linesOf: (reason: Reason) => string[]): string {
  if (reasons.length === 0) return "Nothing is open.";
  return reasons.map((reason) => linesOf(reason).join("\n")).join("\n\n");
}
