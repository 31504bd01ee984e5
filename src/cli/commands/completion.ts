import { ClawflowError } from "../../protocol/errors.ts";
import { COMPLETION_SCRIPTS, SHELLS } from "../completion/scripts.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { templateShape } from "../json-shapes.ts";
import type { CommonOptions } from "../place.ts";
import { printJson } from "../print-json.ts";

/** The script that makes a shell complete this program's command lines. */
export async function completionCommand(io: Io, name: string, options: CommonOptions): Promise<ExitCode> {
  const shell = SHELLS.find((one) => one === name);
  if (shell === undefined) {
    throw new ClawflowError("E_USAGE", "there is no completion for that shell", {
      expected: SHELLS.join(", "),
      found: JSON.stringify(name),
    });
  }
  const text = COMPLETION_SCRIPTS[shell];
  if (options.json === true) printJson(io, templateShape, { text });
  else io.out(text);
  return EXIT.done;
}
