import type { Outcome } from "../protocol/outcome.ts";
import type { ScriptOutcome } from "../script/run-script.ts";
import type { CallFailure, Divergence, ScriptError } from "../script/types.ts";

const FAILED = "### Calls that failed";
const DIFFERENT = "### What it did otherwise than before";

/** What a script came to, as the answer of its task: the value that it returned, and whatever failed on the way, with the reason. */
export function answerOf(outcome: ScriptOutcome): Outcome {
  const notes = notesOf(outcome);
  if (outcome.status === "done") return { results: joined(valueText(outcome.result), notes) };
  if (outcome.status === "cancelled") return { error: "E_CANCELLED: the script was stopped" };
  return { error: errorLine(outcome.error), ...(notes === "" ? {} : { partial: notes }) };
}

/** The value that a script returned, out of the text of its answer: a text as it is, all else as JSON. */
export function returnedValue(answer: string): string {
  const end = [FAILED, DIFFERENT]
    .map((heading) => answer.indexOf(`\n\n${heading}\n`))
    .filter((at) => at >= 0);
  return end.length === 0 ? answer : answer.slice(0, Math.min(...end));
}

function valueText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function notesOf({ errors, divergences }: ScriptOutcome): string {
  return joined(
    errors.length === 0 ? "" : [FAILED, "", ...errors.map(failureLine)].join("\n"),
    divergences.length === 0 ? "" : [DIFFERENT, "", ...divergences.map(differenceLine)].join("\n"),
  );
}

function failureLine({ path, label, agent, code, reason, line, column }: CallFailure): string {
  const who = agent === undefined ? "" : ` (${agent})`;
  const text = reason.startsWith(`${code}:`) ? reason : `${code}: ${reason}`;
  return `- ${label ?? path}${who}${placeText(line, column)}: ${oneLine(text)}`;
}

function differenceLine({ path, what }: Divergence): string {
  return `- ${path}: ${oneLine(what)}`;
}

function errorLine({ code, message, script, line, column }: ScriptError): string {
  const where = script === undefined ? "" : ` in ${script}`;
  return `${code}: ${message}${where}${placeText(line, column)}`;
}

function placeText(line: number | undefined, column: number | undefined): string {
  if (line === undefined) return "";
  return ` (line ${line}${column === undefined ? "" : `, column ${column}`})`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
