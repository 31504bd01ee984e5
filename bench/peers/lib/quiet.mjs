import { setTimeout as pause } from "node:timers/promises";
import { processorTimes, stolenShare } from "./machine.mjs";

/** A share of the processor that may go to other machines without making a figure worthless. */
const QUIET = 0.05;
/** How often something is measured, where it takes seconds, where it takes long, and in the quick form. */
export const TRIES = { short: 6, long: 2, quick: 1 };
/** Milliseconds: of looking whether the machine is quiet, and at most of waiting until it is. */
const LOOK = 400;
const PATIENCE = 30_000;
/** Milliseconds of waiting and of measuring again that all measurements of a process have together. */
const BUDGET = 20 * 60_000;

const tally = { again: 0, kept: [] };
let spent = 0;

/**
 * A measurement on a machine that shares its processor: it begins when the machine looks quiet, and is made again where it was not, so many
 * times at most, and as long as the budget lasts. The quietest counts. On a machine of one's own it is made once.
 */
export async function quietly(tries, measure) {
  if (tries === TRIES.quick) return await measure();
  let best;
  for (let left = tries; left > 0; left--) {
    const begun = performance.now();
    if (spent < BUDGET) await untilQuiet();
    if (best === undefined) spent += performance.now() - begun;
    else tally.again++;
    const times = processorTimes();
    const result = await measure();
    const share = stolenShare(times);
    if (best !== undefined) spent += performance.now() - begun;
    if (best === undefined || share < best.share) best = { result, share };
    if (best.share <= QUIET || spent >= BUDGET) break;
  }
  tally.kept.push(best.share);
  return best.result;
}

/** What `quietly` did since it was last asked; empty where it had nothing to do. */
export function quietText() {
  const { again, kept } = tally;
  const most = Math.round(Math.max(0, ...kept) * 100);
  tally.again = 0;
  tally.kept = [];
  if (again === 0) return "";
  return `; ${again} measurements were made again for that, and of those that count at most ${most} % went there`;
}

/** What is taken by others shows only while there is something to take. */
async function untilQuiet() {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const times = processorTimes();
    for (const until = performance.now() + LOOK; performance.now() < until; );
    if (stolenShare(times) <= QUIET || performance.now() > end) return;
    await pause(1_000);
  }
}
