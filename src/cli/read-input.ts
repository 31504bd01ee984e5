import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { decodeUtf8 } from "../protocol/frontmatter.ts";
import type { Io } from "./io.ts";

/** The text that `-` (standard input) or a file name stands for. @throws E_USAGE, E_NOT_FOUND, E_NOT_A_FILE, E_UTF8 */
export async function readInput(io: Io, name: string): Promise<string> {
  if (name === "-") return await io.input();
  if (io.embedded?.files !== false) return readFileText(resolve(io.cwd, name));
  throw new ClawflowError("E_USAGE", "no files are read for who calls from here", { found: name });
}

/** Instructions on the command line: `-`, the name of a file that is there, or the text itself. */
export async function readInstructions(io: Io, given: string): Promise<string> {
  const isText = io.embedded?.files === false;
  const isNamed = given === "-" || (!isText && namesFile(io, given));
  if (!isNamed && !isText && FILE_NAME.test(given)) throw noFile(io, given);
  const text = isNamed ? await readInput(io, given) : given;
  if (text.trim() !== "") return text;
  throw new ClawflowError("E_USAGE", "there are no instructions", {
    at: given === "-" ? "standard input" : given,
    hint: 'Say what is to be done: clawflow run "Compare the two drafts"',
  });
}

/** One word that can hardly be meant as instructions. */
const FILE_NAME = /^[^\s:]{1,200}\.(?:md|markdown|txt|json|ya?ml)$/i;

function noFile({ cwd }: Io, given: string): ClawflowError {
  return new ClawflowError("E_NOT_FOUND", "there is no such file", {
    at: resolve(cwd, given),
    hint: "Instructions of one word that look like a name can be given by -, standard input.",
  });
}

/** Text of several words, or a long one, is never taken for a name. */
function namesFile({ cwd }: Io, given: string): boolean {
  if (given.length > 1000 || given.includes("\n")) return false;
  return statSync(resolve(cwd, given), { throwIfNoEntry: false })?.isFile() === true;
}

function readFileText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "EISDIR")
      throw new ClawflowError("E_NOT_A_FILE", "a folder, not a file", { at: path, cause });
    throw new ClawflowError("E_NOT_FOUND", "the file cannot be read", { at: path, found: code ?? "", cause });
  }
  return decodeUtf8(bytes);
}
