import { setTimeout as pause } from "node:timers/promises";
import { createHost, submit } from "../dist/index.js";
import { scriptHash } from "../dist/protocol/script-hash.js";
import { runScript } from "../dist/script/run-script.js";
import { formatTable } from "./peers/lib/markdown.mjs";
import { median } from "./peers/lib/statistics.mjs";
import { freshRoot } from "./team.mjs";

const FULL = { calls: 200, many: 1000 };
const QUICK = { calls: 50, many: 200 };
const AT_ONCE = 16;
const MB = 1024 * 1024;

/** What a script costs over the same work as a plan, and what running it again costs. */
export async function measureScripts({ quick, rounds, progress }) {
  const { calls, many } = quick ? QUICK : FULL;
  const rows = [];
  const data = {};
  const row = (what, value, aim = "") => {
    rows.push([what, value, aim]);
    progress(`${what}: ${value}`);
  };
  await runEmpty();
  const starts = [];
  const overheads = [];
  for (let round = 0; round < rounds; round++) {
    starts.push(await runEmpty());
    const plan = await job(planTeam(calls));
    const script = await job(TEAM, programOf(calls));
    overheads.push((script - plan) / calls);
  }
  data.start = median(starts);
  row("a script that returns at once, sandbox included", `${Math.round(data.start)} ms`, "< 150 ms");
  data.overhead = median(overheads);
  row(
    `a call of ${calls}, ${AT_ONCE} at a time, over the same as a plan`,
    `${data.overhead.toFixed(2)} ms`,
    "< 5 ms",
  );
  const { peak, seconds, again } = await replay(many);
  Object.assign(data, { peak, seconds, again });
  row(`${many} calls`, `${seconds.toFixed(1)} s, at most ${Math.round(peak / MB)} MB`, "< 250 MB");
  row(`running ${many} answered calls again`, `${again.toFixed(2)} s`, "< 2 s");
  return {
    title: "What a script costs",
    tables: formatTable(["what", "measured", "bound"], rows),
    data,
    sane: [
      ["the start of a script, ms", data.start, 1_500],
      ["the overhead of a call, ms", data.overhead, 50],
      ["running again, s", data.again, 20],
    ],
  };
}

async function runEmpty() {
  const begun = performance.now();
  const call = () => Promise.reject(new Error("nobody is asked"));
  const { status } = await runScript({ program: "return 1;", seed: "s", now: 0, call });
  if (status !== "done") throw new Error(`the empty script is ${status}`);
  return performance.now() - begun;
}

const echo = ({ task }) => `result of ${task.instructions}`;
const WORKERS = { w1: { brain: echo, concurrency: 8 }, w2: { brain: echo, concurrency: 8 } };
const TEAM = { lead: { brain: echo, peers: ["*"] }, ...WORKERS };

function planTeam(count) {
  const subtasks = {};
  for (let n = 0; n < count; n++)
    subtasks[`n${n}`] = { agent: n % 2 ? "w1" : "w2", description: `part ${n}` };
  const brain = ({ kind, results }) =>
    kind === "synthesise" ? `${Object.keys(results).length}` : { subtasks, policy: { concurrency: AT_ONCE } };
  return { lead: { brain, peers: ["*"] }, ...WORKERS };
}

function programOf(count, last = "") {
  return `const parts = await parallel(Array.from({ length: ${count} }, (_, n) =>
    () => agent("part " + n, { agent: n % 2 ? "w1" : "w2" })));
  ${last}
  return parts.length;`;
}

async function host(agents, root = freshRoot()) {
  const limits = { subtasks: 1000, brains: 64 };
  const opened = await createHost({ root, agents, durability: "os", limits });
  await opened.start();
  return opened;
}

async function give(opened, program) {
  const script = { now: 0, seed: "s" };
  const approved = program && { script: { ...script, approved: scriptHash(program, script, undefined) } };
  return await submit(opened, "lead", { instructions: program ?? "measure", ...approved });
}

/** Milliseconds until the answer. */
async function job(agents, program) {
  const opened = await host(agents);
  const begun = performance.now();
  const { task_id } = await give(opened, program);
  const task = await opened.finished("lead", task_id);
  const took = performance.now() - begun;
  if (task.status !== "done") throw new Error(`the job ended ${task.status}: ${task.error}`);
  await opened.stop();
  return took;
}

/** So many calls, of which nobody answers the last; then the host starts again, and the program runs up to there. */
async function replay(count) {
  const hang = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const agents = { ...TEAM, w3: { brain: hang } };
  const root = freshRoot();
  const first = await host(agents, root);
  const here = said(first);
  const end = watchMemory();
  const begun = performance.now();
  await give(first, programOf(count - 1, 'log("here"); await agent("hang", { agent: "w3" });'));
  await here;
  const seconds = (performance.now() - begun) / 1000;
  const peak = await end();
  await first.stop();
  const restarted = performance.now();
  const second = await host(agents, root);
  await said(second);
  const again = (performance.now() - restarted) / 1000;
  await second.stop();
  return { peak, seconds, again };
}

function said(opened) {
  return new Promise((resolve) => opened.on(({ type }) => type === "script:said" && resolve()));
}

/** @returns what ends it and gives the most bytes that this process had meanwhile */
function watchMemory() {
  let peak = 0;
  let over = false;
  const watch = (async () => {
    for (; !over; await pause(20)) peak = Math.max(peak, process.memoryUsage.rss());
  })();
  return async () => {
    over = true;
    await watch;
    return peak;
  };
}
