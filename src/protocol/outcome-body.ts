import { checkShape } from "./check-shape.ts";
import { fencedBlocks } from "./fences.ts";
import { parseJson } from "./json-text.ts";
import { formatErrorBody, NO_PARTIAL, parseErrorBody } from "./message-body.ts";
import { askSchema, errorSchema, type Outcome, type PlanOutcome, planSchema } from "./outcome.ts";
import { parseYaml } from "./parse-yaml.ts";

export type OutcomeKind = "results" | "plan" | "ask" | "error";

export function outcomeKind(outcome: Outcome): OutcomeKind {
  if ("subtasks" in outcome) return "plan";
  if ("results" in outcome) return "results";
  return "ask" in outcome ? "ask" : "error";
}

/**
 * The text of an outcome message: results and a question as they stand, a plan as JSON in a fence, an error as sections. `used` and `files`
 * of all but a plan are not in it: they stand in the envelope.
 */
export function formatOutcome(outcome: Outcome): string {
  if ("subtasks" in outcome) return `\`\`\`json\n${JSON.stringify(outcome, null, 2)}\n\`\`\``;
  if ("results" in outcome) return outcome.results;
  if ("ask" in outcome) return outcome.ask;
  return formatErrorBody(outcome.error, outcome.partial ?? "");
}

/** The opposite of `formatOutcome`; also takes a bare plan, as JSON or YAML, and a bare error. @throws E_JSON, E_BRAIN_OUTPUT */
export function parseOutcomeText(kind: OutcomeKind, text: string): Outcome {
  switch (kind) {
    case "results":
      return { results: text };
    case "ask":
      return checkShape(askSchema, { ask: text }, "E_BRAIN_OUTPUT");
    case "plan":
      return parsePlan(text);
    case "error": {
      const { error, partial } = parseErrorBody(text);
      const fields = partial === NO_PARTIAL ? { error } : { error, partial };
      return checkShape(errorSchema, fields, "E_BRAIN_OUTPUT");
    }
  }
}

/** A plan as JSON or YAML, bare or as one fence. @throws E_JSON, E_BRAIN_OUTPUT naming the key */
export function parsePlan(text: string): PlanOutcome {
  const isFenced = /^\s*(?:```|~~~)/.test(text);
  const fenced = isFenced ? fencedBlocks(text, ["", "json", "yaml", "yml", "clawflow-plan"])[0] : undefined;
  const plain = (fenced?.text ?? text).trim();
  const value = plain.startsWith("{") ? parseJson(plain) : parseYaml(plain, "E_BRAIN_OUTPUT");
  return checkShape(planSchema, value, "E_BRAIN_OUTPUT");
}
