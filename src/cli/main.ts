#!/usr/bin/env node
import { CommanderError } from "commander";
import { EXIT } from "./exit-code.ts";
import { processIo } from "./io.ts";
import { makeProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

/** What is left behind (a timer, a socket) does not keep a command that has answered. */
const LINGER = 500;

const io = processIo();
try {
  const { program, exitCode } = makeProgram(io);
  await program.parseAsync();
  process.exitCode = exitCode();
} catch (error) {
  process.exitCode =
    error instanceof CommanderError
      ? error.exitCode === 0
        ? EXIT.done
        : EXIT.usage
      : reportError(io, error, process.argv.includes("--json"));
}
setTimeout(() => process.exit(), LINGER).unref();
