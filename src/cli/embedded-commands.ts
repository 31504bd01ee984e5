import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { registerActing } from "./register/acting.ts";
import { registerKeeping } from "./register/keeping.ts";
import { registerLooking } from "./register/looking.ts";
import type { Register } from "./register/register.ts";
import { registerGiving } from "./register/running.ts";

/** What a command may do where it is called; `look` changes nothing, `keep` is for the machine's own shell. */
export type CommandKind = "look" | "act" | "keep";

const REGISTERS: readonly (readonly [CommandKind, (register: Register) => void])[] = [
  ["look", registerLooking],
  ["act", registerGiving],
  ["act", registerActing],
  ["keep", registerKeeping],
];

/**
 * Adds those commands that host no agents to a program in which they are embedded: the same ones, with the same actions, but no words
 * for where the team is.
 *
 * @param done takes the exit code of the one that ran
 * @returns of what kind each is
 */
export function addEmbeddedCommands(
  program: Command,
  io: Io,
  done: (code: ExitCode) => void,
): Map<string, CommandKind> {
  const kinds = new Map<string, CommandKind>();
  for (const [kind, register] of REGISTERS) {
    register({
      io,
      done,
      add(usage, summary) {
        const command = program.command(usage).description(summary);
        kinds.set(command.name(), kind);
        return command
          .option("--agent <id>", "the agent")
          .option("--json", "print one JSON value of a documented shape");
      },
    });
  }
  return kinds;
}
