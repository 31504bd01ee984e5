import { ClawflowError } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import { instrument } from "./instrument.ts";
import { parseProgram } from "./parse-program.ts";
import type { Insertion } from "./positions.ts";
import { readMeta, type ScriptMeta } from "./read-meta.ts";
import { refuseForbidden } from "./refuse.ts";

export interface CheckedScript {
  /** SHA-256 of the text as it was given. */
  hash: string;
  meta: ScriptMeta | undefined;
  /** What the sandbox runs. */
  code: string;
  insertions: readonly Insertion[];
}

/**
 * Reads a script without running it: an async body with top-level `await` and `return`. A byte order mark, CRLF, and a comment at the end do
 * no harm.
 *
 * @throws E_SCRIPT for what cannot be read, or is refused: imports, `eval` and the like, names that are not there, a `meta` that is no pure
 * literal; always with line and column
 */
export function checkScript(given: string): CheckedScript {
  const { text, tree } = parseProgram(given);
  try {
    refuseForbidden(tree);
    const meta = readMeta(tree);
    return { hash: sha256(given), meta, ...instrument(text, tree) };
  } catch (error) {
    if (error instanceof RangeError)
      throw new ClawflowError("E_SCRIPT", "nested too deeply", { cause: error });
    throw error;
  }
}
