import { ClawflowError } from "../../protocol/errors.ts";
import { readSavedScript, SCRIPT_NAME } from "../../store/saved-scripts.ts";
import type { Io } from "../io.ts";
import { chosenAgent, type Place, workspaceOf } from "../place.ts";
import { readInput } from "../read-input.ts";

/** The text of a script: of a file, of standard input (-), or of one that was saved for the agent. */
export async function readProgram(
  io: Io,
  place: Place,
  what: string,
  agent: string | undefined,
): Promise<{ program: string; saved?: string }> {
  const owner = chosenAgent(place, agent);
  const program = SCRIPT_NAME.test(what)
    ? readSavedScript(place.disk, workspaceOf(place, owner), what)
    : undefined;
  if (program !== undefined) return { program, saved: what };
  try {
    return { program: await readInput(io, what) };
  } catch (error) {
    if (!(error instanceof ClawflowError) || error.code !== "E_NOT_FOUND") throw error;
    throw new ClawflowError("E_NOT_FOUND", "there is no such script", {
      at: what,
      expected: `a file, or the name of a script that was saved for ${owner}`,
      hint: "`clawflow workflow saved` lists those.",
      cause: error,
    });
  }
}
