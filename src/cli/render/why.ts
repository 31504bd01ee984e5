import type { Hold, Step } from "../../view/why/hold.ts";
import type { Reason } from "../../view/why/why.ts";
import type { Paint } from "./paint.ts";
import { padded, plainLine } from "./plain.ts";
import { ago, elapsed } from "./time.ts";

export interface WhyLook {
  paint: Paint;
  /** Milliseconds since 1970. */
  now: number;
  /** A command as it works from where the reader is. */
  here(command: string): string;
}

const LONGEST = 500;

/** A few lines: which task, the way down, what holds it, what would move it, what else there is. */
export function whyLines(reason: Reason, { paint, now, here }: WhyLook): string[] {
  const { hold } = reason;
  const name = reason.subtask === undefined ? reason.task_id : `${reason.task_id}/${reason.subtask}`;
  const lines = [
    `${paint("bold", plainLine(name))}  ${plainLine(reason.agent)}  ${reason.status}  ${paint("dim", plainLine(reason.title, 80))}`,
  ];
  if (reason.chain.length > 1) lines.push(`  ${plainLine(chainText(reason.chain), LONGEST)}`);
  const when = whenText(hold, now);
  lines.push(
    `  ${paint(colourOf(hold), hold.cause)}: ${plainLine(hold.what, LONGEST)}${when === "" ? "" : paint("dim", ` (${when})`)}`,
  );
  if (hold.command !== undefined) lines.push(`  ${movesText(hold)}: ${plainLine(here(hold.command))}`);
  for (const { cause, count, first } of reason.also) {
    const more = count === 1 ? "" : ` and ${count - 1} more`;
    lines.push(paint("dim", `  also ${padded(cause, 13)} ${plainLine(first.what, 160)}${more}`));
  }
  return lines;
}

/** The same in fixed lines for a model: no colour, no columns, times as they are. */
export function whyForAgent(reason: Reason, { now, here }: WhyLook): string[] {
  const { hold, chain, also } = reason;
  const name = reason.subtask === undefined ? reason.task_id : `${reason.task_id}/${reason.subtask}`;
  const lines = [
    `why ${plainLine(name)} ${reason.agent} ${reason.status}: ${hold.cause}`,
    `what: ${plainLine(hold.what, LONGEST)}`,
  ];
  const when = whenText(hold, now);
  if (when !== "") lines.push(`when: ${when}`);
  if (chain.length > 1)
    lines.push(`chain: ${chain.map((step) => `${nameOf(step)}@${step.agent}`).join(" > ")}`);
  if (hold.command !== undefined) lines.push(`do: ${plainLine(here(hold.command))}`);
  if (also.length > 0) lines.push(`also: ${also.map(({ cause, count }) => `${cause} ${count}`).join(", ")}`);
  return lines;
}

/** `audit waits for scan-routes of reader, which waits for …` */
function chainText(chain: readonly Step[]): string {
  const [first, ...rest] = chain as [Step, ...Step[]];
  const middle = rest.length > 6 ? [...rest.slice(0, 2), undefined, ...rest.slice(-3)] : rest;
  const parts = middle.map((step) => (step === undefined ? "…" : `${nameOf(step)} of ${step.agent}`));
  return `${nameOf(first)} waits for ${parts.join(", which waits for ")}`;
}

function nameOf(step: Step): string {
  return plainLine(step.subtask ?? step.task_id ?? "");
}

function whenText(hold: Hold, now: number): string {
  const parts = hold.since === undefined ? [] : [ago(hold.since, now)];
  if ("ends_in" in hold && hold.ends_in !== undefined) parts.push(endText(hold, hold.ends_in));
  return parts.join("; ");
}

function endText({ cause }: Hold, endsIn: number): string {
  const left = endsIn <= 0 ? "at any moment" : `after about ${elapsed(endsIn)}`;
  switch (cause) {
    case "approval":
    case "question":
    case "person":
      return `${left} it ends without them`;
    case "pause":
      return `goes on by itself ${left}`;
    default:
      return `ends with E_TIMEOUT ${left}`;
  }
}

function movesText({ cause }: Hold): string {
  if (cause === "brain") return "To end it";
  if (cause === "place") return "See";
  return "To move it";
}

function colourOf({ cause }: Hold): Parameters<Paint>[0] {
  switch (cause) {
    case "approval":
    case "question":
    case "person":
    case "paused":
      return "yellow";
    case "brain":
    case "place":
    case "pause":
    case "remote":
    case "inbox":
    case "reply":
      return "cyan";
    case "done":
      return "green";
    default:
      return "red";
  }
}
