import { ClawflowError } from "../protocol/errors.ts";
import { parseJson } from "../protocol/json-text.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { parseOutcome } from "../protocol/parse-outcome.ts";
import { wellFormed } from "../protocol/well-formed.ts";

/** As much as a command may print. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * The outcome in what foreign code returned: a string is results, an object one of the four forms. The value is read
 * once, through JSON, so getters, cycles, proxies and functions in it do no harm and nothing of it is kept. Half a
 * surrogate pair is replaced, as it would not survive a file.
 *
 * @throws E_BRAIN_OUTPUT for a value that is no outcome or too long
 */
export function checkOutcome(value: unknown): Outcome {
  if (typeof value === "string") return { results: wellFormed(limited(value)) };
  return parseOutcome(plainCopy(value));
}

function plainCopy(value: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new ClawflowError("E_BRAIN_OUTPUT", "the brain's answer cannot be written as JSON", {
      cause: error,
    });
  }
  if (text === undefined) return undefined;
  return parseJson(limited(text), "E_BRAIN_OUTPUT");
}

function limited(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  throw new ClawflowError("E_BRAIN_OUTPUT", "the brain's answer is too long", {
    expected: `at most ${MAX_CHARACTERS} characters`,
    found: `${text.length}`,
  });
}
