#!/usr/bin/env node
import { COMPLETE } from "./completion/asking.ts";
import { EXIT } from "./exit-code.ts";
import { processIo } from "./io.ts";
import { makeProgram } from "./program.ts";

/** What is left behind (a timer, a socket) does not keep a command that has answered. */
const LINGER = 500;

const io = processIo();
if (process.argv[2] === COMPLETE) {
  const { printCompletions } = await import("./completion/complete.ts");
  await printCompletions(io, makeProgram(io).program, process.argv.slice(3));
} else {
  try {
    const { program, exitCode } = makeProgram(io);
    await program.parseAsync();
    process.exitCode = exitCode();
  } catch (error) {
    process.exitCode = await endedBy(error);
  }
}
setTimeout(() => process.exit(), LINGER).unref();

/** Help and wrong usage were told by commander, anything else is told here. Loaded when it is needed, so that completion is quick. */
async function endedBy(error: unknown) {
  const { CommanderError } = await import("commander");
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { reportError } = await import("./report-error.ts");
  return reportError(io, error, process.argv.includes("--json"));
}
