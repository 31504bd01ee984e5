import { setTimeout as pause } from "node:timers/promises";
import { processorTimes, stolenShare } from "./machine.mjs";

/** A share of the processor that may go to other machines without making a figure worthless. */
const QUIET = 0.05;
/** How often something is measured at most. */
const TRIES = 6;
const LONG_TRIES = 2;
/** Milliseconds: of looking whether the machine is quiet, and at most of waiting until it is. */
const LOOK = 400;
const PATIENCE = 30_000;
/** Milliseconds of waiting and of measuring again that all measurements of a process have together. */
const BUDGET = Number(process.env.CLAWFLOW_BENCH_WAIT ?? 20) * 60_000;

const tally = { again: 0, kept: [] };
let spent = 0;

/**
 * A measurement on a machine that shares its processor: it begins when the machine looks quiet, and is made again where it was not, a few
 * times, and as long as the budget lasts. The quietest counts. On a machine of one's own, and in the quick form, it is made once.
 *
 * @param form `quick`: as it comes; `long`: it takes most of a minute, and is made twice at most
 */
export async function quietly({ quick, long = false }, measure) {
  if (quick) return await measure();
  await charged(untilQuiet);
  let best = await withShare(measure);
  for (let time = 1; time < (long ? LONG_TRIES : TRIES) && best.share > QUIET && spent < BUDGET; time++) {
    tally.again++;
    const next = await charged(async () => {
      await untilQuiet();
      return await withShare(measure);
    });
    if (next.share < best.share) best = next;
  }
  tally.kept.push(best.share);
  return best.result;
}

async function withShare(measure) {
  const times = processorTimes();
  const result = await measure();
  return { result, share: stolenShare(times) };
}

async function charged(work) {
  const begun = performance.now();
  const result = await work();
  spent += performance.now() - begun;
  return result;
}

/** What `quietly` did since it was last asked; empty where it had nothing to do. */
export function quietText() {
  const { again, kept } = tally;
  const most = Math.round(Math.max(0, ...kept) * 100);
  tally.again = 0;
  tally.kept = [];
  if (again === 0) return "";
  return `;\n${again} measurements were made again because others had the processor; while those were made that count they had at most ${most} % of it`;
}

/** What is taken by others shows only while there is something to take. */
async function untilQuiet() {
  if (spent >= BUDGET) return;
  const end = performance.now() + PATIENCE;
  for (;;) {
    const times = processorTimes();
    for (const until = performance.now() + LOOK; performance.now() < until; );
    if (stolenShare(times) <= QUIET || performance.now() > end) return;
    await pause(1_000);
  }
}
