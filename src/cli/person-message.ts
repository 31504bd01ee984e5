import { customAlphabet } from "nanoid";
import { ClawflowError } from "../protocol/errors.ts";
import { isSubtaskId } from "../protocol/ids.ts";
import type { ControlMessage, OutcomeMessage } from "../protocol/message.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { formatOutcome, outcomeKind } from "../protocol/outcome-body.ts";

/** No letters or digits that look like another. */
const random = customAlphabet("0123456789abcdefghjkmnpqrstvwxyz", 10);

/** `TASK` or `TASK/SUBTASK`, as a person names work. */
export interface Target {
  task_id: string;
  subtask_id?: string;
}

/** @throws E_ID for a subtask that can be none */
export function parseTarget(text: string): Target {
  const slash = text.indexOf("/");
  if (slash < 0) return { task_id: text };
  const subtask = text.slice(slash + 1);
  if (isSubtaskId(subtask)) return { task_id: text.slice(0, slash), subtask_id: subtask };
  throw new ClawflowError("E_ID", "not a subtask id", {
    expected: "TASK or TASK/SUBTASK",
    found: JSON.stringify(text),
  });
}

export function controlOf(
  agent: string,
  target: Target,
  control: ControlMessage["control"],
  text: string,
): ControlMessage {
  return { ...envelope("human", agent, target), type: "control", control, body: { text } };
}

/** @param from the agent itself, when its brain speaks; then `question` names what it answers */
export function outcomeOf(
  from: string,
  agent: string,
  target: Target,
  outcome: Outcome,
  question?: string,
): OutcomeMessage {
  return {
    ...envelope(from, agent, target),
    type: "outcome",
    outcome: outcomeKind(outcome),
    ...(question === undefined ? {} : { question }),
    body: { text: formatOutcome(outcome) },
  };
}

/** Ids sort by the time at which they were made. */
export function randomMessageId(): string {
  return `h-${Date.now().toString(36)}-${random()}`;
}

function envelope(from: string, to: string, target: Target) {
  return {
    clawflow: 2 as const,
    version: 2 as const,
    id: randomMessageId(),
    from,
    to,
    ...target,
    attempt: 1,
    sent_at: new Date().toISOString(),
  };
}
