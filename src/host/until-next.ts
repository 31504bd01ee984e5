import { type Context, nowOf } from "./context.ts";

/** Files that somebody drops are looked at again after this, until they are at rest. */
const UNSETTLED_LOOK = 250;

/** The running clock is looked at as often as it asks for, however long nothing else is to be done. */
const CLOCK_LOOK = 5_000;

/**
 * Milliseconds until something may be due: a timer, a delivery, a file at rest, the rescan.
 *
 * @param rescanAt monotonic time of the next rescan.
 */
export function untilNext(context: Context, rescanAt: number): number {
  const { clock, agents, outbound } = context;
  const now = clock.monotonic();
  let wait = Math.min(CLOCK_LOOK, rescanAt - now);
  const delivery = outbound.pump();
  if (delivery !== undefined) wait = Math.min(wait, delivery - now);
  const open = [...agents.values()].some(
    ({ workspace }) => workspace.taskFiles.size + workspace.kept.length > 0,
  );
  wait = Math.min(wait, context.looks.wait(open));
  for (const agent of agents.values()) {
    if (agent.unsettled) wait = Math.min(wait, UNSETTLED_LOOK);
    if (agent.timers.size === 0) continue;
    const { running } = nowOf(context, agent);
    for (const at of agent.timers.values()) wait = Math.min(wait, at - running);
  }
  return wait;
}
