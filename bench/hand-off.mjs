import { compareHandOffs } from "./peers/hand-off/compare-hand-off.mjs";
import { middle } from "./peers/lib/statistics.mjs";

const FULL = { stored: [0, 100_000], writers: [1], seconds: 4, most: 20_000 };
const QUICK = { stored: [0, 1_000], writers: [1], seconds: 1.5, most: 20_000 };

/**
 * TASK→REPLY between two processes, ours at `full` durability beside the bare floor: what any durable hand-off of two files needs. The
 * comparison with peers does the same with theirs.
 */
export async function measureHandOff({ quick, rounds, progress }) {
  const sizes = quick ? QUICK : FULL;
  const { tables, data } = await compareHandOffs({
    quick,
    sizes,
    rounds,
    only: ["clawflow", "floor"],
    progress,
  });
  const p50 = ({ results }, name) => middle(results[name], "p50");
  const one = data.measured.filter(({ writers }) => writers === 1);
  const overFloor = p50(one[0], "clawflow") / p50(one[0], "floor");
  const last = one.at(-1);
  const growth = p50(last, "clawflow") / p50(one[0], "clawflow");
  const bounds = [
    `One writer, nothing stored: ${overFloor.toFixed(2)} × the floor (bound: 1.5 ×).`,
    `One writer, ${last.stored} stored against none: ${growth.toFixed(2)} × (bound: 1.1 ×).`,
  ];
  return {
    title: "Hand-off",
    tables: `${tables}\n\n${bounds.join(" ")}`,
    data: { ...data, overFloor, growth },
    sane: [
      ["hand-off against the floor", overFloor, 30],
      ["hand-off with stored messages", growth, 4],
      ["failed hand-offs", data.problems.length, 0],
    ],
  };
}
