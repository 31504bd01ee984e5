import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isFinal } from "../loop/phase.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { reasonPath } from "../store/layout.ts";
import { type Answer, readAnswer } from "../view/answer.ts";
import { readText } from "../view/read-text.ts";
import { openRoot } from "../view/root-view.ts";
import { taskTree } from "../view/task-tree.ts";
import type { Io } from "./io.ts";
import { drawLive } from "./live-tree.ts";
import { type Place, workspaceOf } from "./place.ts";

/** How often the files are looked at. */
const LOOK = 200;
const DRAW = 500;

/**
 * Waits for the answer of a job that another process hosts, by its files.
 *
 * @param message the file name of its TASK, when it was sent just now
 * @returns `undefined` when the signal came first
 * @throws the reason, when the TASK lies among the dead letters
 */
export async function waitForAnswer(
  io: Io,
  place: Place,
  { agent, task_id, message }: { agent: string; task_id: string; message?: string },
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const readTree = () => {
    const view = openRoot(place.disk, place.agents);
    const task = view.task(agent, task_id);
    return task === undefined ? undefined : taskTree(view, agent, task);
  };
  const live = io.terminal.err ? drawLive(io, readTree, DRAW) : undefined;
  try {
    while (!signal.aborted) {
      const view = openRoot(place.disk, place.agents);
      const task = view.task(agent, task_id);
      const answer = task !== undefined && isFinal(task) ? readAnswer(view, agent, task) : undefined;
      if (answer !== undefined) return answer;
      if (message !== undefined && view.mail(agent)?.dead.has(message))
        throw deadLetter(place, agent, message);
      await pause(LOOK, undefined, { signal }).catch(() => {});
    }
    return undefined;
  } finally {
    live?.stop();
  }
}

/** What the host wrote beside a message that it could not take. */
export function deadLetter(place: Place, agent: string, name: string): ClawflowError {
  const path = join(workspaceOf(place, agent), "mailbox", "dead", name);
  const reason = readText(place.disk, reasonPath(path)) ?? "no reason is given";
  return new ClawflowError("E_UNDELIVERED", `${agent} could not take the message: ${reason.trim()}`, {
    at: path,
  });
}
