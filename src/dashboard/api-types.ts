import type { z } from "zod";
import type * as shapes from "../cli/json-shapes.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { LogEvent } from "../protocol/log-event.ts";

/*
 * What the page and its server say to each other. What is shown is what commands print with `--json`, and what is done is what commands
 * do: a request names a command of the command line and its words, so that the page cannot say another thing than the terminal.
 *
 *     GET  /api/look/<command>[/<word>…][?agent=…&<option>=…]   its JSON value; `ETag`, and 304 where nothing changed
 *     POST /api/act/<command>   body: `Act`                     200 `Acted`, else an `ApiError`
 *     GET  /api/events                                          server-sent events, see `PageEvent`
 *     GET  /api/task-file/<agent>/<task>                        `TaskFile`: task.md as it stands
 *     PUT  /api/task-file/<agent>/<task>   body: `TaskFile`     200 `Saved`; 409 `TaskFile` when it is another by now: that one
 *     GET  /api/download/<answer|report|run>/<agent>/<task>     the answer, its report as Markdown, all that belongs to it as a zip;
 *                                                               `answer?file=<n>`: the n-th file that came with it, from 0 on
 *
 * 401: the browser is not known (any more). 429: too much at once.
 */

/** Commands that only read; the page may ask for these. */
export const LOOKS = [
  "status",
  "why",
  "tree",
  "show",
  "inbox",
  "log",
  "calls",
  "report",
  "graph",
  "dead",
  "search",
  "stats",
  "workflow",
] as const;
export type Look = (typeof LOOKS)[number];

/** What a person can do from the page. */
export const ACTS = [
  "send",
  "cancel",
  "retry",
  "pause",
  "resume",
  "approve",
  "reject",
  "answer",
  "set",
  "done",
  "fail",
  "plan",
  "dead",
] as const;
export type ActName = (typeof ACTS)[number];

export interface Act {
  words: string[];
  /** By the long names of the command's options, without dashes. */
  options?: Record<string, string | boolean>;
  /** What the word `-` stands for. */
  input?: string;
}

/** What the command printed as JSON. */
export interface Acted {
  result: unknown;
  /** What it said beside that, such as that no host runs. */
  note?: string;
}

/** Of every answer that is not 2xx or 304. */
export interface ApiError {
  error: { code: ErrorCode; message: string; hint?: string };
}

export interface TaskFile {
  text: string;
  /** SHA-256 of the bytes, hexadecimal: of what a person began to edit. */
  hash: string;
}

export interface Saved {
  hash: string;
}

/**
 * `hello` comes once, when the stream begins. `changed`: files of these agents changed, several moments in one event; whoever shows
 * something of theirs looks again. Without agents: only time passed, or something was done from a page.
 */
export type PageEvent =
  | { event: "hello"; data: { version: string; root: string } }
  | { event: "changed"; data: { agents: string[] } };

export type Status = z.infer<typeof shapes.statusShape>;
export type TaskStatus = z.infer<typeof shapes.taskStatusShape>;
export type Why = z.infer<typeof shapes.whyShape>;
export type Tree = z.infer<typeof shapes.treeShape>;
export type ShownTask = z.infer<typeof shapes.shownTaskShape>;
export type ShownMessage = z.infer<typeof shapes.shownMessageShape>;
export type Inbox = z.infer<typeof shapes.inboxShape>;
export type Calls = z.infer<typeof shapes.callsShape>;
export type Report = z.infer<typeof shapes.reportShape>;
export type Stats = z.infer<typeof shapes.statsShape>;
export type Search = z.infer<typeof shapes.searchShape>;
/** What `log` prints is one event a line; the server makes an array of it. */
export type Log = LogEvent[];
export type Dead = z.infer<typeof shapes.deadShape>;
export type Script = z.infer<typeof shapes.scriptShape>;
