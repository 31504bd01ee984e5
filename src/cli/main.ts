#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { COMPLETE } from "./completion/asking.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { processIo } from "./io.ts";
import { quickWords } from "./quick-words.ts";

/** What is left behind (a timer, a socket) does not keep a command that has answered. */
const LINGER = 500;

const io = processIo();
const [command, ...words] = process.argv.slice(2);
const looking = command === "status" ? quickWords(words) : undefined;
// It runs for days beside the work itself, and mostly waits: memory counts for more than speed.
if (command === "dashboard") setFlagsFromString("--optimize-for-size");
if (command === COMPLETE) {
  const { makeProgram } = await import("./program.ts");
  const { printCompletions } = await import("./completion/complete.ts");
  await printCompletions(io, makeProgram(io).program, words);
} else {
  try {
    process.exitCode = looking === undefined ? await runProgram() : await runStatus(looking);
  } catch (error) {
    process.exitCode = await endedBy(error);
  }
}
setTimeout(() => process.exit(), LINGER).unref();

async function runProgram(): Promise<ExitCode> {
  const { makeProgram } = await import("./program.ts");
  const { program, exitCode } = makeProgram(io);
  await program.parseAsync();
  return exitCode();
}

/** Building the whole command line takes as long as the status of hundreds of tasks; so does optimizing code that runs this once. */
async function runStatus(options: NonNullable<typeof looking>): Promise<ExitCode> {
  setFlagsFromString("--no-opt");
  const { statusCommand } = await import("./commands/status.ts");
  return await statusCommand(io, undefined, options);
}

/** Help and wrong usage were told by commander, anything else is told here. Loaded when it is needed, so that completion is quick. */
async function endedBy(error: unknown) {
  const { CommanderError } = await import("commander");
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { reportError } = await import("./report-error.ts");
  return reportError(io, error, process.argv.includes("--json"));
}
