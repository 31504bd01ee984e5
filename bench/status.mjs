import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createHost, submit } from "../dist/index.js";
import { formatTable } from "./peers/lib/markdown.mjs";
import { spreadOf } from "./peers/lib/statistics.mjs";
import { freshRoot } from "./team.mjs";

const MAIN = join(import.meta.dirname, "..", "dist", "cli", "main.js");

/** `clawflow status` as people start it, in workspaces of many tasks, beside a Node that does nothing. */
export async function measureStatus({ quick, rounds, progress }) {
  const tasks = quick ? 100 : 1_000;
  const done = await rootOf(tasks, ({ task }) => `result of ${task.title}`, "finished");
  const open = await rootOf(tasks, () => ({ ask: "Which one?" }), "waiting");
  const status = (root) => [MAIN, "status", "--root", root];
  const cases = {
    "node -e 0": ["-e", "0"],
    "clawflow --version": [MAIN, "--version"],
    "status, no tasks": status(freshRoot()),
    [`status, ${tasks} finished today`]: status(done),
    [`status, ${tasks} that wait for a person`]: status(open),
    [`a completion, ${tasks} tasks`]: [MAIN, "__complete", "retry", "--root", open, ""],
  };
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < Math.max(rounds * 3, quick ? 3 : 15); round++)
    for (const [name, given] of Object.entries(cases)) times[name].push(timed(given));
  const node = spreadOf(times["node -e 0"]).median;
  const rows = Object.entries(times).map(([name, all]) => {
    const { median, from, to } = spreadOf(all);
    progress(`${name}: ${median.toFixed(0)} ms`);
    return [
      name,
      median.toFixed(0),
      `${from.toFixed(0)}–${to.toFixed(0)}`,
      `${(median / node).toFixed(2)} ×`,
    ];
  });
  const ratio = (name) => spreadOf(times[name]).median / node;
  const worst = Math.max(...Object.keys(times).slice(3).map(ratio));
  return {
    title: "clawflow status",
    tables: [
      formatTable(["command", "ms, median", "from–to", "against node -e 0"], rows),
      `With ${tasks} tasks at most ${worst.toFixed(2)} × (bound: 4 × with 1,000).`,
    ].join("\n\n"),
    data: { times, worst },
    sane: [["status against node -e 0", worst, 8]],
  };
}

function timed(given) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, given, { stdio: ["ignore", "pipe", "pipe"] });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`${given.join(" ")} ended (${status}): ${stderr}`);
  return took;
}

/** A workspace with so many jobs, each brought to where it stays by a host that is stopped then. */
async function rootOf(count, brain, event) {
  const root = freshRoot();
  const agents = { worker: { brain, concurrency: 8 } };
  const host = await createHost({ root, agents, durability: "os", limits: { brains: 8 } });
  let left = count;
  host.on(({ type }) => {
    if (type === `task:${event}`) left -= 1;
  });
  await host.start();
  for (let index = 0; index < count; index++)
    await submit(host, "worker", { instructions: `Look at part ${index} of the house and say what you see` });
  while (left > 0) await pause(20);
  await host.stop();
  const found = readdirSync(join(root, "worker", "tasks")).length;
  if (found !== count) throw new Error(`there are ${found} tasks, not ${count}`);
  return root;
}
