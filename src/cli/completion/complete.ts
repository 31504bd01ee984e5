import type { Command } from "commander";
import type { Io } from "../io.ts";
import { plainLine } from "../render/plain.ts";
import { candidatesFor } from "./candidates.ts";
import { wantedAt } from "./wanted.ts";

/**
 * Prints what may stand in place of the last word: one candidate a line, with a tab and a note where there is one, or a line that tells the shell to
 * complete names of files. It never fails: where nothing can be found, nothing is offered.
 */
export async function printCompletions(io: Io, program: Command, words: readonly string[]): Promise<void> {
  try {
    const wanted = wantedAt(program, words);
    const found = await candidatesFor(io, program, wanted);
    if (typeof found === "string") {
      io.out(`${found}\n`);
      return;
    }
    const lines = found
      .filter(({ word }) => word.startsWith(wanted.start) && !/[\s\p{C}]/u.test(word))
      .map(({ word, note }) => `${wanted.before}${word}${note ? `\t${plainLine(note, 60)}` : ""}\n`);
    io.out(lines.join(""));
  } catch {
    // A person is typing: this is no moment for errors.
  }
}
