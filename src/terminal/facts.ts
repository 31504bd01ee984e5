import type { z } from "zod";
import type * as shapes from "../cli/json-shapes.ts";
import type { HostLine } from "../cli/render/status.ts";
import type { WordsRun } from "../cli/run-words.ts";
import type { LogEvent } from "../protocol/log-event.ts";
import type * as view from "../view/status-types.ts";
import type { TaskStatus } from "../view/task-status.ts";
import type { TreeNode } from "../view/task-tree.ts";
import type { Reason } from "../view/why/why.ts";
import type { View } from "./state.ts";

export type { Standing } from "../view/standing.ts";
export type { Problem, TaskLine } from "../view/status-types.ts";
export type { TreeNode } from "../view/task-tree.ts";
export type Status = view.Status & { root: string; hosts: HostLine[] };
export type ShownTask = z.infer<typeof shapes.shownTaskShape>;
export type ShownMessage = z.infer<typeof shapes.shownMessageShape>;
export type Found = z.infer<typeof shapes.searchShape>;
export type Inbox = z.infer<typeof shapes.inboxShape>;

/** What commands printed with `--json`, for the view that is open. What is not there yet was not looked at. */
export interface Facts {
  status?: Status;
  tree?: TreeNode;
  /** Of the task that is open. */
  task?: TaskStatus;
  why?: { reasons: Reason[] };
  shown?: ShownTask;
  events?: LogEvent[];
  message?: ShownMessage;
  inbox?: Inbox;
  found?: Found;
  /** Why something could not be looked at, in the words of the command. */
  fault?: string;
}

type Run = (words: readonly string[]) => Promise<WordsRun>;
type Part = Exclude<keyof Facts, "fault">;

/** Asks the commands of the command line, so that what is shown is what they say. */
export async function readFacts(run: Run, view: View): Promise<Facts> {
  const facts: Facts = {};
  for (const [part, [name, ...given]] of looksOf(view)) {
    const { code, out, err } = await run([name, "--json", ...given]);
    if (code !== 0) facts.fault ??= err.trim() || "it cannot be read";
    else facts[part] = part === "events" ? parseLines(out) : JSON.parse(out);
  }
  return facts;
}

function looksOf(view: View): (readonly [Part, readonly [string, ...string[]]])[] {
  const status = ["status", ["status"]] as const;
  switch (view.view) {
    case "home":
      return [status];
    case "agent":
      return [status, ["inbox", ["inbox", view.agent]]];
    case "search":
      return [status, ["found", ["search", "--limit", "200", "--", view.text]]];
    case "message":
      return [status, ["message", ["show", view.message]]];
    case "task": {
      const where = [view.task, "--agent", view.agent];
      const tree = ["tree", ["tree", ...where]] as const;
      switch (view.tab) {
        case "tree":
          return [status, tree];
        case "messages":
          return [status, tree, ["events", ["log", "--task", ...where]]];
        case "why":
          return [status, tree, ["why", ["why", ...where]], ["task", ["status", ...where]]];
        case "text":
          return [status, tree, ["shown", ["show", ...where]]];
      }
    }
  }
}

function parseLines(text: string): LogEvent[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LogEvent);
}
