import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { registerActing } from "./register/acting.ts";
import { registerKeeping } from "./register/keeping.ts";
import { registerLooking } from "./register/looking.ts";
import type { Register } from "./register/register.ts";
import { registerRunning } from "./register/running.ts";

/** Adds every command, in the order of the help. @param done takes the exit code of the one that ran */
export function addCommands(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const register: Register = {
    io,
    done,
    add: (usage, summary, examples) =>
      program
        .command(usage)
        .description(summary)
        .option("--root <folder>", "folder of the workspaces (default: .clawflow/agents here or above)")
        .option("--team <file>", "team file (default: team.yaml here or above)")
        .option("--agent <id>", "the agent (default: the first of the team file)")
        .option("--json", "print one JSON value of a documented shape")
        .addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`),
  };
  registerRunning(register);
  registerLooking(register);
  registerActing(register);
  registerKeeping(register);
}
