import type { z } from "zod";
import { checkShape } from "./check-shape.ts";
import { ClawflowError } from "./errors.ts";
import { fencedBlocks } from "./fences.ts";
import { parseJson } from "./json-text.ts";
import { askSchema, errorSchema, type Outcome, planSchema, resultsSchema } from "./outcome.ts";
import { parsePlan } from "./outcome-body.ts";
import { isPlainObject } from "./plain-value.ts";

/** The key that tells the form of an outcome. */
const FORMS: Record<string, z.ZodType<Outcome>> = {
  results: resultsSchema,
  subtasks: planSchema,
  ask: askSchema,
  error: errorSchema,
};
const FORM_KEYS = Object.keys(FORMS);

/**
 * What a command brain printed: one JSON object of the forms of `outcomeSchema`. Any other output is the results as it stands.
 *
 * @throws E_BRAIN_OUTPUT, or E_JSON for keys that stand twice and the like, if it is an object with a key of these forms that is
 * otherwise ill-formed: what was meant as a plan is never taken for results
 */
export function parseBrainOutput(stdout: string): Outcome {
  const text = stdout.trim();
  if (!text.startsWith("{") || !isOutcomeObject(text)) return { results: stdout };
  return parseOutcome(parseJson(text));
}

/** What a function brain gave, or a JSON text said. @throws E_BRAIN_OUTPUT naming the key */
export function parseOutcome(value: unknown): Outcome {
  const forms = isPlainObject(value) ? FORM_KEYS.filter((key) => value[key] !== undefined) : [];
  const schema = FORMS[forms[0] ?? ""];
  if (forms.length !== 1 || schema === undefined) {
    throw new ClawflowError("E_BRAIN_OUTPUT", "not an outcome", {
      expected: `an object with exactly one of ${FORM_KEYS.join(", ")}`,
      found: forms.length === 0 ? "none of them" : forms.join(" and "),
    });
  }
  return checkShape(schema, value, "E_BRAIN_OUTPUT");
}

/**
 * What a text brain answered: a fenced block `clawflow-plan` (JSON or YAML with `subtasks`) is a plan, `clawflow-ask` a
 * question, `clawflow-error` an error; of several the last. Any other text is the results.
 *
 * @throws E_BRAIN_OUTPUT, E_JSON for a plan that is ill-formed
 */
export function parseTextAnswer(text: string): Outcome {
  const block = fencedBlocks(text, ["clawflow-plan", "clawflow-ask", "clawflow-error"]).at(-1);
  switch (block?.word) {
    case "clawflow-plan":
      return parsePlan(block.text);
    case "clawflow-ask":
      return checkShape(askSchema, { ask: block.text.trim() }, "E_BRAIN_OUTPUT");
    case "clawflow-error":
      return checkShape(errorSchema, { error: block.text.trim() }, "E_BRAIN_OUTPUT");
    default:
      return { results: text };
  }
}

function isOutcomeObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) && FORM_KEYS.some((key) => Object.hasOwn(value, key));
  } catch {
    return false;
  }
}
