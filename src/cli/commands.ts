import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { HelpPages } from "./help/help-text.ts";
import type { Io } from "./io.ts";
import { registerActing } from "./register/acting.ts";
import { registerKeeping, registerShell } from "./register/keeping.ts";
import { registerLooking } from "./register/looking.ts";
import type { Register } from "./register/register.ts";
import { registerGiving, registerRunning } from "./register/running.ts";
import { registerViewing } from "./register/viewing.ts";
import { registerWorkflows } from "./register/workflows.ts";

/** In the order of the help. */
const GROUPS: Readonly<Record<string, readonly ((register: Register) => void)[]>> = {
  "give work": [registerRunning, registerGiving, registerWorkflows],
  look: [registerLooking, registerViewing],
  act: [registerActing],
  keep: [registerKeeping, registerShell],
};

/** Adds every command. @param done takes the exit code of the one that ran @returns what help says of them beside what they are registered with */
export function addCommands(program: Command, io: Io, done: (code: ExitCode) => void): HelpPages {
  const examplesOf = new Map<Command, readonly string[]>();
  const register: Register = {
    io,
    done,
    add(usage, summary, examples) {
      const command = program.command(usage).description(summary);
      examplesOf.set(command, examples);
      for (const [flags, meaning] of COMMON_OPTIONS) command.option(flags, meaning);
      return command;
    },
  };
  const groups = new Map<string, readonly Command[]>();
  for (const [name, registers] of Object.entries(GROUPS)) {
    const before = program.commands.length;
    for (const add of registers) add(register);
    groups.set(name, program.commands.slice(before));
  }
  const common = new Set(COMMON_OPTIONS.map(([flags]) => flags.split(" ", 1)[0] ?? ""));
  return { examples: examplesOf, groups, common };
}

const COMMON_OPTIONS: readonly (readonly [string, string])[] = [
  ["--root <folder>", "folder of the workspaces (default: .clawflow/agents here or above)"],
  ["--team <file>", "team file (default: team.yaml here or above)"],
  ["--agent <id>", "the agent (default: the first of the team file)"],
  ["--json", "print one JSON value of a documented shape"],
];
