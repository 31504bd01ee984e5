import type { Context } from "hono";
import { z } from "zod";
import type { Place } from "../cli/place.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { ACTS, type Acted } from "./api-types.ts";
import { readJson } from "./read-json.ts";
import { refuse, statusOf } from "./refuse.ts";
import { failureOf, optionsShape, runCommand } from "./words.ts";

/** Bytes of a request; what a message may hold is the team's to say. */
const MOST = 8 * 1024 * 1024;
const MOST_WORDS = 200;

const actShape = z.strictObject({
  words: z.array(z.string()).max(MOST_WORDS),
  options: optionsShape.optional(),
  input: z.string().optional(),
});

/** Does what a command does. @throws ClawflowError */
export async function actFor(c: Context, place: Place, command: string): Promise<Response> {
  const { words, options = {}, input } = await readJson(c, actShape, MOST);
  checkAct(command, words);
  const run = await runCommand(place, command, words, options, { input });
  const error = failureOf(run);
  if (error !== undefined) return refuse(c, statusOf(error.code), error.code, error.message, error.hint);
  const note = run.err.trim();
  const acted: Acted = { result: JSON.parse(run.out), ...(note === "" ? {} : { note }) };
  return c.json(acted);
}

/** @throws E_NOT_FOUND, E_USAGE */
function checkAct(command: string, [action]: readonly string[]): void {
  if (!ACTS.some((name) => name === command))
    throw new ClawflowError("E_NOT_FOUND", "the page cannot do that", { found: JSON.stringify(command) });
  if (command !== "dead" || action === "requeue") return;
  throw new ClawflowError("E_USAGE", "that is not done to dead letters from here", {
    expected: "dead requeue",
    found: JSON.stringify(action ?? ""),
  });
}
