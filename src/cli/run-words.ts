import { Command, CommanderError } from "commander";
import { ClawflowError } from "../protocol/errors.ts";
import type { Embedded } from "./embedded.ts";
import { addEmbeddedCommands, type Registers } from "./embedded-commands.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { reportError } from "./report-error.ts";

export interface WordsRun {
  code: ExitCode;
  /** What a shell would show on standard output. */
  out: string;
  /** And as errors and warnings. */
  err: string;
}

/** Of commands that would wait, or look at other files than those of this team. */
const SHELL_OPTIONS = ["wait", "timeout", "follow", "cursor", "file"];

/**
 * Runs a command of somebody who has no shell here: it reads no files by their names, and waits for nobody.
 *
 * @param offered which commands there are
 * @param input what `-` stands for
 * @param more commands beside those that every program has
 */
export async function runWords(
  words: readonly string[],
  embedded: Omit<Embedded, "files">,
  offered: (name: string) => boolean,
  input?: string,
  more: Registers = [],
): Promise<WordsRun> {
  const run: WordsRun = { code: EXIT.done, out: "", err: "" };
  const io = stringIo(run, { ...embedded, files: false }, input);
  const program = new Command(embedded.program)
    .description("What Clawflow does here, and what to do about it.")
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .hook("preAction", (_, command) => refuseShellOptions(command));
  const done = (code: ExitCode) => {
    run.code = code;
  };
  addEmbeddedCommands(program, io, done, offered, more);
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) run.code = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    else run.code = reportError(io, error, false);
  }
  return run;
}

function refuseShellOptions(command: Command): void {
  const given = Object.keys(command.opts()).filter((option) => SHELL_OPTIONS.includes(option));
  if (given.length === 0) return;
  throw new ClawflowError("E_USAGE", "that option is for a shell alone", { found: `--${given[0]}` });
}

function stringIo(run: WordsRun, embedded: Embedded, input: string | undefined): Io {
  return {
    cwd: embedded.place.root,
    env: {},
    out: (text) => {
      run.out += text;
    },
    err: (text) => {
      run.err += text;
    },
    terminal: { out: false, err: false },
    colour: { out: false, err: false },
    size: () => ({ columns: 80, rows: 24 }),
    input: async () => input ?? "",
    closed: new AbortController().signal,
    embedded,
  };
}
