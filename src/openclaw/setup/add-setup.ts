import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { ExitCode } from "../../cli/exit-code.ts";
import type { Io } from "../../cli/io.ts";
import { reportError } from "../../cli/report-error.ts";
import { nodeDisk } from "../../store/node-disk.ts";
import { rootOf } from "../team-service.ts";
import type { PluginRuntime } from "../types.ts";
import { runSetup, type SetupOptions } from "./run-setup.ts";

export const SETUP_OPTIONS = [
  ["--agents <ids>", "who takes part: ids with commas between them, or *"],
  ["--yes", "do not ask"],
  ["--dry-run", "only show what would be changed"],
  ["--undo", "put back what setup has changed"],
  ["--json", "print one JSON value: changes, notes, made"],
] as const;

export function addSetup(
  parent: Command,
  io: Io,
  runtime: PluginRuntime,
  done: (code: ExitCode) => void,
): void {
  const command = parent
    .command("setup")
    .description("Make the settings in OpenClaw's configuration that agents need to work together");
  for (const [flags, meaning] of SETUP_OPTIONS) command.option(flags, meaning);
  command.action(async (options: SetupOptions) => {
    try {
      const ask = process.stdin.isTTY === true ? { ask: askHere } : {};
      const root = rootOf(runtime.state.resolveStateDir());
      done(await runSetup({ io, config: runtime.config, disk: nodeDisk(), root, ...ask }, options));
    } catch (error) {
      done(reportError(io, error, options.json === true));
    }
  });
}

async function askHere(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
