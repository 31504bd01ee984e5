import type { TaskHead } from "../protocol/task-head.ts";
import { readText } from "./read-text.ts";
import type { RootView } from "./root-view.ts";

/**
 * What an agent's hosts have run by now, in milliseconds: what they noted last, and the time since then where one runs. Only about right.
 * `undefined` where nobody can tell.
 */
export function runningTime(view: RootView<TaskHead>, agent: string, now: number): number | undefined {
  const paths = view.paths(agent);
  const host = view.host(agent);
  if (paths === undefined || host === undefined) return undefined;
  const noted = Number(readText(view.disk, paths.clock)?.trim() || 0);
  if (!Number.isFinite(noted)) return undefined;
  if (host === "none" || host.state !== "alive" || host.stopped === true) return noted;
  const at = Math.max(view.disk.stat(paths.clock)?.mtimeMs ?? 0, host.since ?? 0);
  return at === 0 ? noted : noted + Math.max(0, now - at);
}

/** What is left until a running-clock time, in milliseconds; less than 0: it is over. */
export function timeLeft(
  view: RootView<TaskHead>,
  agent: string,
  due: number | undefined,
  now: number,
): number | undefined {
  if (due === undefined) return undefined;
  const running = runningTime(view, agent, now);
  return running === undefined ? undefined : Math.round(due - running);
}
