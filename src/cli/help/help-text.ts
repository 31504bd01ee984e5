import type { Argument, Command, Help, Option } from "commander";
import { MANUAL } from "../manual/manual.ts";
import type { Paint } from "../render/paint.ts";
import { COMMON_ENVIRONMENT, COMMON_EXIT, COMMON_FILES, OVERVIEW } from "./common-help.ts";
import { type Entry, entries, paragraph, wrapped } from "./layout.ts";

export interface HelpLook {
  /** Columns, at most. */
  width: number;
  paint: Paint;
}

/** Of commands: the examples that they were registered with, and in which group they are listed. */
export interface HelpPages {
  examples: ReadonlyMap<Command, readonly string[]>;
  groups: ReadonlyMap<string, readonly Command[]>;
  /** Options that every command has. */
  common: ReadonlySet<string>;
}

interface Section {
  heading: string;
  lines: readonly string[];
}

/** A page like those of `man`: of the program, or of one of its commands. */
export function helpText(command: Command, help: Help, pages: HelpPages, look: HelpLook): string {
  const isProgram = command.parent === null;
  const sections = isProgram ? programPage(command, pages, look) : commandPage(command, help, pages, look);
  const shown = sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ heading, lines }) => [look.paint("bold", heading), ...lines].join("\n"));
  return `${shown.join("\n\n")}\n`;
}

function programPage(program: Command, { groups }: HelpPages, { width }: HelpLook): Section[] {
  const commands = [...groups].map(([heading, members]) => ({
    heading: heading.toUpperCase(),
    lines: entries(members.map(nameAndSummary), width),
  }));
  return [
    { heading: "NAME", lines: paragraph(`clawflow - ${program.description()}`, width) },
    {
      heading: "SYNOPSIS",
      lines: ["  clawflow <command> [options]", "  clawflow help <command>", "  clawflow --version"],
    },
    { heading: "DESCRIPTION", lines: paragraph(OVERVIEW.description, width) },
    { heading: "START HERE", lines: entries(OVERVIEW.start, width) },
    ...commands,
    { heading: "EXIT STATUS", lines: entries(exitEntries({}), width) },
    { heading: "ENVIRONMENT", lines: entries(Object.entries(COMMON_ENVIRONMENT), width) },
    { heading: "FILES", lines: entries(Object.entries(COMMON_FILES), width) },
    { heading: "SEE ALSO", lines: paragraph(OVERVIEW.see, width) },
  ];
}

function commandPage(command: Command, help: Help, pages: HelpPages, { width }: HelpLook): Section[] {
  const name = command.name();
  const page = MANUAL[name];
  const options = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  const isCommon = ({ long }: Option) => pages.common.has(long ?? "");
  const entryOf = (option: Option): Entry => [option.flags, help.optionDescription(option)];
  const description = (page?.description ?? []).flatMap((text, index) => [
    ...(index === 0 ? [] : [""]),
    ...paragraph(text, width),
  ]);
  return [
    { heading: "NAME", lines: paragraph(`clawflow ${name} - ${command.description()}`, width) },
    {
      heading: "SYNOPSIS",
      lines: [
        `  clawflow ${name} ${[...command.registeredArguments.map(argumentText), "[options]"].join(" ")}`,
      ],
    },
    { heading: "DESCRIPTION", lines: description },
    { heading: "OPTIONS", lines: entries(options.filter((option) => !isCommon(option)).map(entryOf), width) },
    { heading: "OPTIONS OF EVERY COMMAND", lines: entries(options.filter(isCommon).map(entryOf), width) },
    { heading: "EXAMPLES", lines: (pages.examples.get(command) ?? []).map((example) => `  ${example}`) },
    { heading: "EXIT STATUS", lines: entries(exitEntries(page?.exit ?? {}), width) },
    {
      heading: "ENVIRONMENT",
      lines: entries(Object.entries({ ...page?.environment, ...COMMON_ENVIRONMENT }), width),
    },
    { heading: "FILES", lines: entries(Object.entries({ ...page?.files, ...COMMON_FILES }), width) },
    { heading: "SEE ALSO", lines: wrapped((page?.see ?? []).map(seeText).join(", "), width, 2) },
  ];
}

function exitEntries(own: Readonly<Record<number, string>>): Entry[] {
  return Object.entries({ ...COMMON_EXIT, ...own });
}

function nameAndSummary(command: Command): Entry {
  const usage = [command.name(), ...command.registeredArguments.map(argumentText)].join(" ");
  return [usage, command.description()];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function seeText(name: string): string {
  return name.includes("/") ? name : `clawflow ${name}`;
}
