import type { Argument, Command, Option } from "commander";

/** What may stand at a place of a command line: candidates that are looked up, words, or what the shell itself completes. */
export type ValueKind =
  | "task"
  | "agent"
  | "agents"
  | "command"
  | "dead"
  | "file"
  | "folder"
  | "text"
  | readonly string[];

/** By the word that stands for it in the help, as in `<task>`; by the command or option where that is not enough. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  task: "task",
  what: "task",
  agent: "agent",
  id: "agent",
  agents: "agents",
  command: "command",
  file: "file",
  instructions: "file",
  folder: "folder",
  "--on-failure": ["fail-fast", "continue"],
  "--approval": ["always", "first", "never"],
  when: ["always", "first", "never"],
  format: ["mermaid", "dot", "json"],
  "export format": ["zip", "folder", "md", "otlp"],
  shell: ["bash", "zsh", "fish"],
  "message kind": ["task", "reply", "dag"],
  "dead action": ["list", "requeue"],
  "dead name": "dead",
  "notify action": ["list", "dead", "retry", "test"],
  "notify what": "text",
  "workflow action": ["run", "validate", "list", "status", "show", "resume", "cancel", "save", "saved"],
  "workflow what": "file",
  // What people write themselves.
  text: "text",
  hash: "text",
  json: "text",
  name: "text",
  values: "text",
  n: "text",
  time: "text",
  age: "text",
  duration: "text",
};

/** `undefined`: nothing is said of it, which a test does not let pass. */
export function valueKind(command: Command, value: Argument | Option): ValueKind | undefined {
  if (value.argChoices !== undefined) return value.argChoices;
  const word = wordOf(value);
  const named = "long" in value ? KINDS[value.long ?? ""] : undefined;
  return named ?? KINDS[`${command.name()} ${word}`] ?? KINDS[word];
}

/** Of `--team <file>` and of `<file>`: `file`. */
export function wordOf(value: Argument | Option): string {
  if ("flags" in value) return /[<[]([\w-]+)/.exec(value.flags)?.[1] ?? "";
  return value.name();
}

export function takesValue(option: Option): boolean {
  return option.required || option.optional;
}
