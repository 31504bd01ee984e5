import type { TaskHead } from "../protocol/task-head.ts";
import type { RootView } from "./root-view.ts";

/**
 * What an agent's hosts have run by now, in milliseconds: what they noted last, and the time since then where one runs. Only about right.
 * `undefined` where nobody can tell.
 */
export function runningTime(view: RootView<TaskHead>, agent: string, now: number): number | undefined {
  const host = view.host(agent);
  if (view.paths(agent) === undefined || host === undefined) return undefined;
  const { ran, changed = 0 } = view.clock(agent);
  if (!Number.isFinite(ran)) return undefined;
  if (host === "none" || host.state !== "alive" || host.stopped === true) return ran;
  const at = Math.max(changed, host.since ?? 0);
  return at === 0 ? ran : ran + Math.max(0, now - at);
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
