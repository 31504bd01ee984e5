import type { Command, Option } from "commander";
import { takesValue, type ValueKind, valueKind } from "./value-kinds.ts";

/** What is to be completed: the names of commands, options, or a value. */
export interface Wanted {
  what: "commands" | "options" | "value" | "nothing";
  kind?: ValueKind;
  command?: Command;
  /** Options that stand there already, by their long name, with their values. */
  given: ReadonlyMap<string, string>;
  /** The beginning that was typed. */
  start: string;
  /** What belongs in front of each candidate: `--agent=` where that was typed in one word. */
  before: string;
}

/**
 * Reads a command line up to the word that is completed, as far as it is there.
 *
 * @param words after the program's name; the last is what was typed of the word, maybe nothing. bash makes three words of `--agent=re`.
 */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const given = new Map<string, string>();
  const line = words.slice(0, -1);
  const last = words.at(-1) ?? "";
  const start = last === "=" && line.at(-1)?.startsWith("--") ? "" : last;
  if (start !== last) line.push("=");
  const nothing: Wanted = { what: "nothing", given, start, before: "" };
  const at = line.findIndex((word) => !word.startsWith("-"));
  if (at < 0) return { ...nothing, what: start.startsWith("-") ? "options" : "commands" };
  if (line[at] === "help") return at === line.length - 1 ? { ...nothing, what: "commands" } : nothing;
  const command = program.commands.find((one) => one.name() === line[at]);
  if (command === undefined) return nothing;
  const { waiting, places, isOver } = read(command, line.slice(at + 1), given);
  const value = (option: Option, typed: string, before: string): Wanted =>
    withKind({ ...nothing, command, what: "value", start: typed, before }, valueKind(command, option));
  if (waiting !== undefined) return value(waiting, start, "");
  if (!isOver && start.startsWith("-")) {
    const equals = start.indexOf("=");
    if (equals < 0)
      return start === "-" || start.startsWith("--") ? { ...nothing, what: "options", command } : nothing;
    const option = optionOf(command, start.slice(0, equals));
    if (option === undefined || !takesValue(option)) return nothing;
    return value(option, start.slice(equals + 1), start.slice(0, equals + 1));
  }
  const argument =
    command.registeredArguments[places] ?? command.registeredArguments.find((one) => one.variadic);
  if (argument === undefined) return { ...nothing, what: "options", command };
  return withKind({ ...nothing, command, what: "value" }, valueKind(command, argument));
}

/** How many places are filled, the option whose value comes next, and whether `--` stood there. */
function read(
  command: Command,
  line: readonly string[],
  given: Map<string, string>,
): { waiting?: Option; places: number; isOver: boolean } {
  let places = 0;
  let isOver = false;
  let waiting: Option | undefined;
  for (const word of line) {
    if (waiting !== undefined) {
      if (word === "=") continue;
      given.set(waiting.long ?? "", word);
      waiting = undefined;
    } else if (isOver || !word.startsWith("-") || word === "-") places++;
    else if (word === "--") isOver = true;
    else {
      const [name = "", ...rest] = word.split("=");
      const option = optionOf(command, name);
      if (option === undefined) continue;
      if (rest.length > 0 || !takesValue(option)) given.set(option.long ?? "", rest.join("="));
      else waiting = option;
    }
  }
  return waiting === undefined ? { places, isOver } : { waiting, places, isOver };
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find(({ long, short }) => name === long || name === short);
}

function withKind(wanted: Wanted, kind: ValueKind | undefined): Wanted {
  return kind === undefined ? { ...wanted, what: "nothing" } : { ...wanted, kind };
}
