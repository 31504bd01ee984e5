import { z } from "zod";
import { EXIT } from "../cli/exit-code.ts";
import { errorShape } from "../cli/json-shapes.ts";
import type { Place } from "../cli/place.ts";
import { registerWorkflows } from "../cli/register/workflows.ts";
import { runWords, type WordsRun } from "../cli/run-words.ts";
import { ClawflowError } from "../protocol/errors.ts";
import type { ApiError } from "./api-types.ts";

/** Names of options, long. The rest of what a command takes is said in words. */
const OPTION = /^[a-z][a-z-]{0,40}$/;
/** What the place decides, or what would give something else than the command's JSON. */
const NOT_OFFERED = ["json", "root", "team", "help", "for-agent"];

export const optionsShape = z.record(z.string().regex(OPTION), z.union([z.string(), z.boolean()]));
export type Options = z.infer<typeof optionsShape>;

/** Runs one command for the page, as a shell would have it; no word that is given can be taken for an option. @throws E_USAGE */
export async function runCommand(
  place: Place,
  command: string,
  words: readonly string[],
  options: Options,
  { input, json = true }: { input?: string | undefined; json?: boolean } = {},
): Promise<WordsRun> {
  const embedded = { program: "clawflow", start: "clawflow up", place };
  const line = [command, ...(json ? ["--json"] : []), ...flagsOf(options), "--", ...words];
  return await runWords(line, embedded, (name) => name === command, input, [["act", registerWorkflows]]);
}

function flagsOf(options: Options): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (NOT_OFFERED.includes(name))
      throw new ClawflowError("E_USAGE", "the page has no such option", { found: `--${name}` });
    if (value === false) return [];
    return [value === true ? `--${name}` : `--${name}=${value}`];
  });
}

/** What the command said of its failure; `undefined`: it has none. */
export function failureOf({ code, out, err }: WordsRun): ApiError["error"] | undefined {
  if (code === EXIT.done) return undefined;
  const told = errorShape.safeParse(parsed(out));
  if (told.success) {
    const { hint, ...error } = told.data.error;
    return hint === undefined ? error : { ...error, hint };
  }
  return { code: "E_USAGE", message: err.trim().slice(0, 500) || "the command was not understood" };
}

function parsed(out: string): unknown {
  try {
    return JSON.parse(out);
  } catch {
    return undefined;
  }
}
