import { basename } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { sessionKeyOf } from "./openclaw-session.ts";
import {
  parseClaude,
  parseCodex,
  parseGemini,
  parseOpenClaw,
  parseOpencode,
  type ReadAnswer,
} from "./preset-answers.ts";

/** An agent command line that is given a prompt, on standard input where nothing else is said. */
export interface Preset {
  command: readonly string[];
  /** The arguments that make it print what `parse` reads; a command line of one's own that has them is read so too. */
  format: readonly string[];
  /** Without it the output is the answer as it stands. Answers undefined for what is not of the expected form. */
  parse?: (stdout: string) => ReadAnswer | undefined;
  /** Of a program that reads its prompt from a file: the arguments for one question. */
  argumentsFor?: (asked: Asked) => string[];
}

/** What such a program is told of a question. */
export interface Asked {
  agent: string;
  task: string;
  subtask?: string | undefined;
  /** The file with the prompt, absolute. */
  prompt: string;
}

/** No preset gives a program rights: whoever wants it to write files or run commands writes the command line out. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  claude: {
    command: ["claude", "-p", "--output-format", "json"],
    format: ["--output-format", "json"],
    parse: parseClaude,
  },
  codex: {
    command: ["codex", "exec", "--json", "--skip-git-repo-check", "-"],
    format: ["--json"],
    parse: parseCodex,
  },
  gemini: {
    command: ["gemini", "--output-format", "json"],
    format: ["--output-format", "json"],
    parse: parseGemini,
  },
  opencode: {
    command: ["opencode", "run", "--format", "json"],
    format: ["--format", "json"],
    parse: parseOpencode,
  },
  openclaw: {
    command: ["openclaw", "agent"],
    format: ["--json"],
    parse: parseOpenClaw,
    argumentsFor: ({ agent, task, subtask, prompt }) => [
      ...["--agent", agent, "--session-key", sessionKeyOf(agent, task, subtask)],
      ...["--message-file", prompt, "--timeout", "0", "--json"],
    ],
  },
  llm: { command: ["llm"], format: [] },
};

export function presetOf(name: string): Preset {
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (preset !== undefined) return preset;
  throw new ClawflowError("E_CONFIG", "no preset of that name", {
    at: "brain.text",
    expected: `one of ${Object.keys(PRESETS).join(", ")}, or a command line as a list`,
    found: JSON.stringify(name),
  });
}

/** How to read a command line that a person wrote out: as the preset's if it asks for the preset's output form. */
export function presetFor(command: readonly string[]): Preset {
  const [file = "", ...args] = command;
  const name = basename(file);
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  const asked = preset?.format.every((argument) => args.includes(argument)) ?? false;
  return { command, format: [], ...(asked && preset?.parse !== undefined ? { parse: preset.parse } : {}) };
}
