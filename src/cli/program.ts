import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addCommands } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

/** The command line; the actions are loaded when they are called, so that help is quick. */
export function makeProgram(io: Io): { program: Command; exitCode(): ExitCode } {
  let code: ExitCode = EXIT.done;
  const program = new Command("clawflow")
    .description("Teams of agents that get one big job done, with nothing but files between them.")
    .version(ownVersion(), "--version")
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError("(clawflow help shows what there is)")
    .exitOverride()
    .addHelpText("after", HELP);
  addCommands(program, io, (result) => {
    code = result;
  });
  return { program, exitCode: () => code };
}

const HELP = `
Start here:
  clawflow init                        a team of two, ready to run
  clawflow run "Compare a.md and b.md"  host the team, wait, print the answer
  clawflow status                      what is going on

Without --team and --root: team.yaml and .clawflow/agents, here or in a folder above.
Exit codes: 0 done, 1 the task failed, 2 wrong usage, 3 locked, denied or timed out, 70 a bug.`;

function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
