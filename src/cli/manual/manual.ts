import type { ExitCode } from "../exit-code.ts";
import { ACTING } from "./acting.ts";
import { KEEPING } from "./keeping.ts";
import { LOOKING } from "./looking.ts";
import { RUNNING } from "./running.ts";

/** What `clawflow help <command>` says beside the synopsis, the options and the examples, which stand at its registration. */
export interface ManualPage {
  /** Paragraphs: what it does and when one uses it. */
  description: readonly string[];
  /** Where an exit status means something else than with most commands. */
  exit?: Partial<Record<ExitCode, string>>;
  /** Beside those that every command reads. */
  environment?: Readonly<Record<string, string>>;
  /** Beside the team file and the root. */
  files?: Readonly<Record<string, string>>;
  /** Names of commands, and pages of the documentation. */
  see: readonly string[];
}

/** One page a command; a test holds them and the commands together. */
export const MANUAL: Readonly<Record<string, ManualPage>> = { ...RUNNING, ...LOOKING, ...ACTING, ...KEEPING };
