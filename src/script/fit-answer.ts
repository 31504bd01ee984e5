import { type Schema, Validator } from "@cfworker/json-schema";
import type { JsonSchema, JsonValue } from "./types.ts";

export type Fitted = { fits: true; value: JsonValue } | { fits: false; problem: string };

const FENCE = /^[ \t]*(`{3,}|~{3,})[ \t]*(?:json|jsonc|JSON)?[ \t]*\n([\s\S]*?)\n[ \t]*\1[ \t]*$/gm;
const MOST_PROBLEMS = 5;

/** The answer of an agent as the value that a schema asks for, or what is wrong with it, in words for whoever answered. */
export function fitAnswer(text: string, schema: JsonSchema): Fitted {
  const read = readJson(text);
  if (!read.fits) return read;
  const { valid, errors } = new Validator(schema as Schema, "2020-12", false).validate(read.value);
  if (valid) return read;
  // The outer ones say only that something inside of them is wrong.
  const inner = errors.filter(
    ({ instanceLocation }) => !errors.some((other) => isBelow(other.instanceLocation, instanceLocation)),
  );
  const problems = [...new Set(inner.map((error) => `${placeOf(error.instanceLocation)}: ${error.error}`))];
  const more = problems.length - MOST_PROBLEMS;
  return {
    fits: false,
    problem: problems.slice(0, MOST_PROBLEMS).join("; ") + (more > 0 ? `; and ${more} more` : ""),
  };
}

/** JSON alone, or in a fence, also with words around it. */
function readJson(text: string): Fitted {
  const whole = parsed(text.trim());
  if (whole.fits) return whole;
  const fenced = [...text.replaceAll("\r\n", "\n").matchAll(FENCE)].map((match) => parsed(match[2] ?? ""));
  const good = fenced.filter((one) => one.fits);
  // Of several, the last is what the others led to.
  return good.at(-1) ?? fenced.at(-1) ?? whole;
}

function parsed(text: string): Fitted {
  try {
    return { fits: true, value: JSON.parse(text) as JsonValue };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      fits: false,
      problem: `not valid JSON: ${detail.slice(0, 300)}. Answer with one JSON value and nothing else`,
    };
  }
}

function isBelow(location: string, above: string): boolean {
  return location !== above && location.startsWith(`${above}/`);
}

/** `found[2].file` for `#/found/2/file`. */
function placeOf(location: string): string {
  const parts = location
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
  let text = "";
  for (const part of parts) text += /^\d+$/.test(part) ? `[${part}]` : `${text === "" ? "" : "."}${part}`;
  return text === "" ? "the answer" : text;
}
