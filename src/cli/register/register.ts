import type { Command } from "commander";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";

/** What is needed to add commands. Their actions are imported when they are called, so that help is quick. */
export interface Register {
  io: Io;
  add(usage: string, summary: string, examples: readonly string[]): Command;
  done(code: ExitCode): void;
}
