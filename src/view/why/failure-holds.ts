import { dependantsOf } from "../../dag/graph.ts";
import type { Subtask, Task } from "../../protocol/task.ts";
import { childTask } from "../child-task.ts";
import { faultOf } from "../fault-of.ts";
import type { RootView } from "../root-view.ts";
import { type Cause, type Found, given, type Hold, type Link } from "./hold.ts";
import { raiseCommand } from "./raise-command.ts";
import { retryCommand } from "./retry-command.ts";
import type { Walk } from "./walk.ts";

/** Why a task failed: the deepest failure that it names, through all agents that the view knows. */
export function taskFailure(walk: Walk, agent: string, task: Task, link: Link): Found {
  const failed = failedSubtask(task);
  if (failed !== undefined) return subtaskFailure(walk, agent, task, failed.id, failed.subtask, link);
  const error = task.error ?? "it failed without a reason";
  const at = { agent, task_id: task.task_id, ...given("since", task.finished_at) };
  const hold = { ...at, ...causeOf(error), what: sentence(`${task.task_id} of ${agent} failed`, error) };
  return { hold: withCommand(walk.view, hold, task, error), link };
}

/** Why a subtask was not done, and what was skipped for it. */
export function subtaskFailure(
  walk: Walk,
  agent: string,
  task: Task,
  id: string,
  subtask: Subtask,
  above: Link,
): Found {
  const child = childTask(walk.view, agent, task.task_id, id, subtask);
  const link: Link = {
    agent: ownerOf(agent, subtask),
    ...given("task_id", child?.task_id),
    subtask: id,
    above,
  };
  if (child?.status === "failed" && failedSubtask(child) !== undefined) {
    return taskFailure(walk, subtask.agent, child, link);
  }
  const error = faultOf(subtask) ?? "it failed without a reason";
  const at = { agent, task_id: task.task_id, subtask: id, ...given("since", subtask.finished_at) };
  const skipped = skippedFor(task, id);
  const cause = causeOf(error);
  const failed = sentence(`${id} (${subtask.agent}) failed`, error);
  const lost = skipped.length === 0 ? "" : `; skipped without it: ${listed(skipped)}`;
  const hold: Hold =
    skipped.length > 0 && cause.cause === "failed"
      ? { ...at, cause: "dependency", failed: id, skipped, what: failed + lost }
      : { ...at, ...cause, what: failed + lost };
  return { hold: withCommand(walk.view, hold, task, error), link };
}

/** What an error was about, from its code; of a failure that was handed up, from the code of the first. */
export function causeOf(error: string): Cause {
  const code = codeOf(error);
  switch (code) {
    case "E_BUDGET":
      return { cause: "budget" };
    case "E_TIMEOUT":
      return { cause: "deadline" };
    case "E_CANCELLED":
      return { cause: "cancelled" };
    case "E_UNDELIVERED":
      return { cause: "undeliverable", to: /: (\S+) did not accept/.exec(error)?.[1] ?? "" };
    case "E_UNKNOWN_AGENT":
      return {
        cause: "peer-gone",
        peer: /E_UNKNOWN_AGENT: (\S+) is no/.exec(error)?.[1] ?? "",
        in_team: false,
      };
    default:
      return { cause: "failed" };
  }
}

function codeOf(error: string): string | undefined {
  let rest = error;
  for (let match = HANDED_UP.exec(rest); match !== null; match = HANDED_UP.exec(rest)) rest = match[1] ?? "";
  return /^(E_[A-Z_0-9]+)\b/.exec(rest)?.[1];
}

const HANDED_UP = /^E_SUBTASK: \S+ \([^)]*\) failed: (.*)$/s;

function withCommand(view: RootView, hold: Hold, task: Task, error: string): Hold {
  const raise =
    hold.cause === "budget" || hold.cause === "deadline" ? raiseCommand(view, task, hold, error) : undefined;
  return { ...hold, command: raise ?? retryCommand(view, task, hold.subtask) };
}

/** The one that a failed task names, else the first that failed. */
function failedSubtask(task: Task): { id: string; subtask: Subtask } | undefined {
  const named = /^E_SUBTASK: (\S+) \(/.exec(task.error ?? "")?.[1];
  if (named === undefined) return undefined;
  const subtask = task.subtasks.get(named);
  return subtask?.status === "failed" ? { id: named, subtask } : undefined;
}

function skippedFor(task: Task, id: string): string[] {
  return dependantsOf(task.subtasks, id).filter((other) => task.subtasks.get(other)?.status === "skipped");
}

function ownerOf(agent: string, subtask: Subtask): string {
  return subtask.agent === "self" ? agent : subtask.agent;
}

function sentence(what: string, error: string): string {
  return `${what}: ${error.replace(/\s+/g, " ").trim()}`;
}

function listed(ids: readonly string[]): string {
  return ids.length <= 3 ? ids.join(", ") : `${ids.slice(0, 3).join(", ")} and ${ids.length - 3} more`;
}
