import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** Where a bad input can come in. */
export type Where = "inbox" | "library" | "command" | "edit" | "start";

/** How a file is made that is not simply a text: a link to a file outside, a folder, a pipe, … */
export type FileKind =
  | "file"
  | "link"
  | "dangling"
  | "second-name"
  | "sparse"
  | "folder"
  | "fifo"
  | "socket"
  | "device"
  | "other-owner";

export type MessageKind = "task" | "reply" | "control" | "outcome" | "progress";

/**
 * What is put in. A message is a good one with `head` (JSON values; null takes a field away), `raw` (YAML as it stands), `lines` (behind
 * the head) and `body` changed; or `text`, or `bytes` (hex) as a whole; `bytes_for` replaces a text of the finished message by bytes;
 * `fill` pads the body until the whole is that long. `{{n x text}}` repeats, `{{id}}`, `{{task}}`, `{{outside}}` are filled in.
 */
export interface Input {
  message?: MessageKind;
  head?: Record<string, unknown>;
  raw?: Record<string, string>;
  lines?: string;
  body?: string;
  text?: string;
  bytes?: string;
  bytes_for?: Record<string, string>;
  fill?: number;
  made_as?: FileKind;
  /** Its name in the inbox, in bytes where `name_bytes` (hex) says so. */
  file_name?: string;
  name_bytes?: string;
  /** A job of `lead` runs, whose subtask `part` the worker holds: `{{task}}` is its id. */
  held?: boolean;
  /** Sent so many times. */
  times?: number;
  /** Written in pieces, with pauses between them. */
  slowly?: boolean;
}

/** What a person must see. Exactly one of the outcomes. */
export interface Gives {
  /** `E_CODE at`: a dead letter, an exit with that code, an error of the library, an edit that changes nothing. */
  refused?: string;
  /** What the text of the refusal says besides. */
  says?: string;
  /** The brain is asked this; or the parsed value, the task after the edit. */
  taken?: Record<string, unknown>;
  /** An answer to the sender that says so, with this code. */
  answered?: string;
  /** It stays where it is. */
  left?: boolean;
  /** It is archived, changes nothing, and this is told of it. */
  ignored?: string;
  /** It is archived and does this: the task's status then. */
  ends?: string;
  /** Besides: the sender gets a failed reply with the code of the dead letter. */
  told?: string;
}

export interface Case extends Input, Gives {
  group: string;
  name: string;
  where: Where[];
  command?: CommandCase;
  call?: LibraryCall;
  edit?: EditCase;
  start?: StartCase;
}

export interface CommandCase {
  args?: string[];
  /** A line for the shell; `clawflow` is the program. */
  shell?: string;
  stdin?: string;
  env?: Record<string, string>;
  /** Files of its folder, beside a team. */
  files?: Record<string, string>;
  /** A task with this title and these instructions was done before; or one with a subtask that is described so. */
  titled?: string;
  described?: string;
  /** Several commands in place of one; `TASK` is the task that was done before. */
  pages?: string[];
  exit: number;
  err?: string;
  out?: string;
  /** Standard output is one JSON value that holds this. */
  json?: Record<string, unknown>;
  /** Not in what it prints. */
  never?: string;
}

export interface LibraryCall {
  name: "parseTask" | "parseTeam" | "formatMessage" | "createHost" | "submit" | "parseMessage" | "loadTeam";
  with: unknown;
}

export interface EditCase {
  /** Texts of task.md and what they are replaced by. */
  replace?: [string, string][];
  /** The whole of it. */
  text?: string;
  made_as?: "link" | "folder" | "fifo" | "nothing" | "renamed";
  /** What `task.problem.md` says of what was not taken, the rest being taken. */
  partly?: string;
}

export interface StartCase {
  /** Within the workspace of `echo`. */
  path: string;
  made_as: "link" | "file" | "world-writable" | "dangling";
  starts: boolean;
}

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Nobody else can make a device, or a file of another user. */
const isRoot = process.getuid?.() === 0;

/** Every case of the data files, in their order; of a part of them alone, by a pattern, where somebody looks for a fault. */
export function allCases(): Case[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) => {
      const { group, where, cases } = parse(readFileSync(join(FOLDER, name), "utf8")) as {
        group: string;
        where?: Where[];
        cases: Omit<Case, "group">[];
      };
      return cases.map((one) => ({ ...one, where: one.where ?? where ?? [], group }));
    })
    .filter(({ made_as: kind }) => isRoot || (kind !== "device" && kind !== "other-owner"))
    .filter((one) => new RegExp(process.env.CLAWFLOW_CASES ?? "").test(titleOf(one)));
}

export function casesAt(where: Where): Case[] {
  return allCases().filter((one) => one.where.includes(where) || (where === "edit" && isAnyHead(one)));
}

/** What the head of a message must not be that of a task.md must not be either. */
function isAnyHead({ group, refused = "", lines, text, bytes, call }: Case): boolean {
  const isWhole = lines !== undefined || text !== undefined || (bytes !== undefined && refused === "E_UTF8");
  return group === "front matter" && isWhole && call === undefined && /^E_(FRONTMATTER|UTF8)/.test(refused);
}

/** One case at one place, and what is wrong with it. */
export interface Result {
  case: Case;
  wrong: string[];
}

/** By `group: name`. */
export function titleOf({ group, name }: Case): string {
  return `${group}: ${name}`;
}
