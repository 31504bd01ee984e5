import { Command } from "commander";
import { addCommands } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { type HelpPages, helpText } from "./help/help-text.ts";
import type { Io } from "./io.ts";
import { ownVersion } from "./own-version.ts";
import { paintWith } from "./render/paint.ts";

/** Help is as wide as a page of `man` at most. */
const PAGE_WIDTH = 80;

/** The command line; the actions are loaded when they are called, so that help is quick. */
export function makeProgram(io: Io): { program: Command; pages: HelpPages; exitCode(): ExitCode } {
  let code: ExitCode = EXIT.done;
  const program = new Command("clawflow")
    .description("Teams of agents that get one big job done, with nothing but files between them.")
    .version(ownVersion(), "--version")
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      getOutHasColors: () => io.colour.out,
      getErrHasColors: () => io.colour.err,
    })
    .configureHelp({
      formatHelp: (command, help) => {
        const width = io.terminal.out ? Math.min(PAGE_WIDTH, io.size().columns) : PAGE_WIDTH;
        return helpText(command, help, pages, { width, paint: paintWith(io.colour.out) });
      },
    })
    .showHelpAfterError("(clawflow help shows what there is)")
    .exitOverride();
  const pages = addCommands(program, io, (result) => {
    code = result;
  });
  return { program, pages, exitCode: () => code };
}
