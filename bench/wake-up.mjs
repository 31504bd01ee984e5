import { formatTable } from "./peers/lib/markdown.mjs";
import { quietly } from "./peers/lib/quiet.mjs";
import { middle, percentile, spreadOf } from "./peers/lib/statistics.mjs";
import { FEW, rarely, wake } from "./wake-up/wake.mjs";

const WAYS = {
  "clawflow-full": "Clawflow, full",
  "clawflow-os": "Clawflow, os",
  chokidar: "chokidar",
  "fs.watch": "fs.watch",
  polling: "polling every 100 ms",
};

const loads = (idle, steady, burst) => ({
  idle: { count: idle, every: rarely, warmUp: FEW },
  "100 a second": { count: steady, every: () => 10, warmUp: FEW },
  [`a burst of ${burst}`]: { count: burst, every: () => 0, warmUp: FEW },
});

/**
 * Milliseconds from a message being visible in an inbox to its handler running, in another process. For ours the handler is the brain: the
 * message was read, checked and committed before it is asked.
 */
export async function measureWakeUp({ quick, rounds, progress }) {
  const measured = {};
  for (let round = 0; round < rounds; round++) {
    for (const [load, how] of Object.entries(quick ? loads(20, 50, 200) : loads(100, 300, 1_000))) {
      for (const way of Object.keys(WAYS)) {
        const { p50, p99, lost } = await quietly({ quick }, () => measureOne(way, how));
        measured[load] ??= {};
        measured[load][way] ??= [];
        measured[load][way].push({ p50, p99, lost });
        progress(`wake-up, ${load}, ${way}: ${p50.toFixed(2)} / ${p99.toFixed(2)} ms, ${lost} lost`);
      }
    }
  }
  const cell = (all) => {
    const lost = all.reduce((sum, one) => sum + one.lost, 0);
    return `${middle(all, "p50").toFixed(2)} / ${middle(all, "p99").toFixed(2)}${lost === 0 ? "" : `, ${lost} lost`}`;
  };
  const range = (all) => {
    const { from, to } = spreadOf(all.map(({ p50 }) => p50));
    return `${from.toFixed(2)}–${to.toFixed(2)}`;
  };
  const table = (text) => {
    const rows = Object.entries(measured).map(([load, by]) => [
      load,
      ...Object.keys(WAYS).map((way) => text(by[way])),
    ]);
    return formatTable(["load", ...Object.values(WAYS)], rows);
  };
  const ours = measured.idle["clawflow-full"];
  const lost = Object.values(measured).flatMap((by) => [...by["clawflow-full"], ...by["clawflow-os"]]);
  return {
    title: "Wake-up",
    tables: [
      "Milliseconds from a message being visible to its handler running, p50 / p99, each the median of the rounds:",
      table(cell),
      "**p50 of the rounds**, lowest–highest:",
      table(range),
      `Idle, full: p50 ${middle(ours, "p50").toFixed(2)} ms (bound: 1 ms), p99 ${middle(ours, "p99").toFixed(2)} ms (bound: 10 ms).`,
    ].join("\n\n"),
    data: measured,
    sane: [
      ["wake-up against polling", middle(ours, "p50") / middle(measured.idle.polling, "p50"), 2],
      ["messages that were not handled", lost.reduce((sum, one) => sum + one.lost, 0), 0],
    ],
  };
}

async function measureOne(way, load) {
  const times = (await wake(way, load)).flatMap(({ handled = [] }) => handled);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), lost: load.count - times.length };
}
