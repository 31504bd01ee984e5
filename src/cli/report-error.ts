import { ClawflowError } from "../protocol/errors.ts";
import { diskError, errorCode } from "../store/disk-error.ts";
import { commandHere } from "./command-here.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { errorShape } from "./json-shapes.ts";
import { printJson } from "./print-json.ts";
import { paintWith } from "./render/paint.ts";
import { plain } from "./render/plain.ts";

/** Says what went wrong and what to do; a stack is shown for bugs of Clawflow alone. @returns the exit code */
export function reportError(io: Io, thrown: unknown, json: boolean): ExitCode {
  const error = ofOperatingSystem(thrown) ? diskError(thrown, "a file or folder could not be used") : thrown;
  const code = exitCodeOf(error);
  const known = error instanceof ClawflowError ? error : undefined;
  const message = spoken(io, known?.message ?? (error instanceof Error ? error.message : String(error)));
  const name = known?.code ?? "E_INTERNAL";
  io.err(`${paintWith(io.colour.err)("red", name)}: ${plain(message)}\n`);
  if (code === EXIT.bug) {
    io.err(`${plain(stackOf(error))}\nThis is a bug of Clawflow; please report it with the lines above.\n`);
  }
  if (json) {
    const hint = known?.detail.hint;
    const more = hint === undefined ? {} : { hint: spoken(io, hint) };
    printJson(io, errorShape, { error: { code: name, message, ...more } });
  }
  return code;
}

/** A hint names commands as a shell has them, in code or after a colon. */
function spoken(io: Io, text: string): string {
  if (io.embedded === undefined) return text;
  return text.replace(
    /(^|`|: )(clawflow [a-z]+)/g,
    (_, before: string, command: string) => before + commandHere(io, command, {}),
  );
}

/** A folder without permission, a full disk: neither the user's words nor a bug. */
function ofOperatingSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && errorCode(error)?.startsWith("E") === true;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause =
    error.cause instanceof Error ? `\nCaused by: ${error.cause.stack ?? error.cause.message}` : "";
  return `${error.stack ?? ""}${cause}`;
}
