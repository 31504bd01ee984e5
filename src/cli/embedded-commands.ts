import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { registerActing } from "./register/acting.ts";
import { registerKeeping } from "./register/keeping.ts";
import { registerLooking } from "./register/looking.ts";
import type { Register } from "./register/register.ts";
import { registerGiving } from "./register/running.ts";
import { reportError } from "./report-error.ts";

/** `look` changes nothing. */
export type CommandKind = "look" | "act" | "keep";

export type Registers = readonly (readonly [CommandKind, (register: Register) => void])[];

const REGISTERS: Registers = [
  ["look", registerLooking],
  ["act", registerGiving],
  ["act", registerActing],
  ["keep", registerKeeping],
];

/**
 * Adds those commands that host no agents to a program in which they are embedded: the same ones, with the same actions, but without
 * words for where the team is. What goes wrong is told by `io`, and nothing is thrown.
 *
 * @param done takes the exit code of the one that ran
 * @param offered which of them; default: all
 * @param more beside those that every program has
 * @returns of what kind each is
 */
export function addEmbeddedCommands(
  program: Command,
  io: Io,
  done: (code: ExitCode) => void,
  offered: (name: string) => boolean = () => true,
  more: Registers = [],
): Map<string, CommandKind> {
  const kinds = new Map<string, CommandKind>();
  for (const [kind, register] of [...REGISTERS, ...more]) {
    register({
      io,
      done,
      add(usage, summary) {
        const name = usage.split(" ", 1)[0] ?? "";
        if (!offered(name)) return program.createCommand(name);
        kinds.set(name, kind);
        const command = program.command(usage).description(summary);
        tellErrors(command, io, done);
        return command
          .option("--agent <id>", "the agent")
          .option("--json", "print one JSON value of a documented shape");
      },
    });
  }
  return kinds;
}

/** The program around it would show a stack. */
function tellErrors(command: Command, io: Io, done: (code: ExitCode) => void): void {
  const setAction = command.action.bind(command);
  command.action = (action) =>
    setAction(async (...given) => {
      try {
        await action.apply(command, given);
      } catch (error) {
        done(reportError(io, error, command.opts().json === true));
      }
    });
}
