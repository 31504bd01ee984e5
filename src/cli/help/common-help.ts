import type { ExitCode } from "../exit-code.ts";
import type { Entry } from "./layout.ts";

/** What an exit status means where a command's page says nothing else. */
export const COMMON_EXIT: Readonly<Record<ExitCode, string>> = {
  0: "done",
  1: "the task, a plan or the disk failed",
  2: "wrong usage, or what was named is not there",
  3: "a lock is held, it is not allowed, or a time-out was reached",
  70: "a bug of Clawflow",
};

export const COMMON_ENVIRONMENT: Readonly<Record<string, string>> = {
  "CLAWFLOW_TEAM, CLAWFLOW_ROOT":
    "the team file and the root where no option names them; set for the processes of brains",
  NO_COLOR: "no colours, whatever the terminal can do",
  FORCE_COLOR: "colours in pipes too",
};

export const COMMON_FILES: Readonly<Record<string, string>> = {
  "team.yaml": "the team file: here or in a folder above",
  ".clawflow/agents/": "the root, with one workspace an agent: here or above",
};

/** What only the page of the program says. */
export const OVERVIEW: { description: string; start: readonly Entry[]; see: string } = {
  description:
    "Agents are given work as messages in files. Each does it, or splits it and gives the pieces to others; the runtime keeps the books. Everything that is known stands in files that can be read, and steered, with any editor.",
  start: [
    ["clawflow init", "a team of two, ready to run"],
    ["clawflow run first-task.md", "host the team, wait, print the answer"],
    ["clawflow status", "what is going on"],
    ["clawflow help <command>", "what a command does, its options, examples"],
  ],
  see: "docs/command-line.md, docs/teams-and-brains.md, docs/files.md, docs/errors.md",
};
