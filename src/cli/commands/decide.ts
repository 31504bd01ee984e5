import { ClawflowError } from "../../protocol/errors.ts";
import type { ControlMessage } from "../../protocol/message.ts";
import type { Task, Waiting } from "../../protocol/task.ts";
import { childTask } from "../../view/child-task.ts";
import { openRoot } from "../../view/root-view.ts";
import { standingOfTask, standingText } from "../../view/standing.ts";
import { act, targetOf } from "../act.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { controlOf, parseTarget, type Target } from "../person-message.ts";
import { type CommonOptions, findPlace, type Place } from "../place.ts";
import { readInput } from "../read-input.ts";
import { plainLine } from "../render/plain.ts";

export type Decision = Extract<ControlMessage["control"], "approve" | "reject" | "answer">;

export interface DecideOptions extends CommonOptions {
  /** Of what was shown to who approves. */
  plan?: string;
}

/**
 * A person's decision. Where nothing waits for one that is said at once; an approval names the plan that stands there now, and counts for
 * no other.
 */
export async function decideCommand(
  io: Io,
  decision: Decision,
  name: string,
  given: string | undefined,
  options: DecideOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  refuseToBrains(io, place, decision);
  const { agent, message } = decisionFor(place, decision, name, options.agent);
  if (options.plan !== undefined) checkSeen(message, options.plan);
  message.body.text = await textOf(io, decision, given);
  return await act(io, place, agent, message, decision, options);
}

/** The message of a decision, yet without its text, and whose task it is about. @throws E_NOT_FOUND, E_STATE where nothing waits for it */
export function decisionFor(
  place: Place,
  decision: Decision,
  name: string,
  only: string | undefined,
): { agent: string; message: ControlMessage; task?: Task } {
  const { agent, target, task } = targetOf(place, parseTarget(name), only);
  const waiting = waitFor(place, decision, agent, target, task);
  const message = controlOf(agent, target, decision, "");
  if (decision === "approve" && waiting.plan !== undefined) message.plan = waiting.plan;
  return { agent, message, ...(task === undefined ? {} : { task }) };
}

/** @throws E_STATE where another plan waits by now than the one that they saw */
function checkSeen({ plan, task_id }: ControlMessage, seen: string): void {
  if (plan === seen) return;
  throw new ClawflowError("E_STATE", "it has changed since; look at it again", {
    at: plainLine(task_id),
    expected: plainLine(seen),
    found: plan === undefined ? "nothing to compare it with" : plan,
  });
}

async function textOf(io: Io, decision: Decision, given: string | undefined): Promise<string> {
  const text = given === "-" ? await readInput(io, given) : (given ?? "");
  if (decision !== "answer" || text.trim() !== "") return text;
  throw new ClawflowError("E_USAGE", "the answer is empty", {
    hint: 'For example: clawflow answer TASK "yes"',
  });
}

/** @throws E_STATE where nothing waits for that decision, with what is waited for */
function waitFor(
  place: Place,
  decision: Decision,
  agent: string,
  { task_id, subtask_id: id }: Target,
  task: Task | undefined,
): Waiting {
  const kind = decision === "answer" ? "answer" : "approval";
  const waiting = id === undefined ? task?.waiting : task?.subtasks.get(id)?.waiting;
  if (waiting?.for === kind) return waiting;
  const view = openRoot(place.disk, place.agents);
  const stands = task === undefined ? "it has not begun" : standingText(standingOfTask(view, agent, task));
  const found = waiting === undefined ? stands : `it waits for ${waiting.for}: ${waiting.text}`;
  const hint = task === undefined ? undefined : elsewhere();
  throw new ClawflowError("E_STATE", `nothing waits for an ${kind}`, {
    at: plainLine(id === undefined ? task_id : `${task_id}/${id}`),
    found: plainLine(found),
    hint: hint ?? `\`clawflow why ${task_id}\` says what it waits for.`,
  });

  /** A subtask, or the task of the agent that has it, may be what is meant. */
  function elsewhere(): string | undefined {
    for (const [other, subtask] of task?.subtasks ?? []) {
      if (id !== undefined && id !== other) continue;
      const child = childTask(view, agent, task_id, other, subtask);
      const asks = subtask.waiting?.for === kind ? `${task_id}/${other}` : undefined;
      const name = asks ?? (child?.waiting?.for === kind ? child.task_id : undefined);
      if (name !== undefined) return `${name} does: clawflow ${decision} ${name}`;
    }
    return undefined;
  }
}
