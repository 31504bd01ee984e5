import { join } from "node:path";
import { callsOf, callsText, hasStrace, processorOf, strace } from "./calls.mjs";
import { freshFolder } from "./peers/lib/folders.mjs";
import { formatTable } from "./peers/lib/markdown.mjs";
import { quietly } from "./peers/lib/quiet.mjs";
import { median, middle } from "./peers/lib/statistics.mjs";
import { FEW, MANY, rarely, wake } from "./wake-up/wake.mjs";

const OURS = "clawflow-full";
const WAYS = { [OURS]: "Clawflow, full", "fs.watch": "fs.watch" };
/** What comes between a message being visible and its brain being asked; each ends with what `wake` calls so. */
const STAGES = {
  told: "the system tells of the file, and the thread of the host wakes",
  decided: "it is read and checked, the step is made, its record is formed",
  durable: "the record is written to the journal, and synced",
  handled: "the message is in the archive, the files of the task are made, the brain is asked",
};

/** What a wake-up of an idle host consists of: its stages, its processor, and its calls of the system. */
export async function measureWakeUpBreakdown({ quick, rounds, progress }) {
  const count = quick ? 10 : 100;
  const warmUps = quick ? { [name(FEW)]: FEW } : { [name(FEW)]: FEW, [name(MANY)]: MANY };
  const stages = {};
  for (let round = 0; round < rounds; round++) {
    for (const [after, warmUp] of Object.entries(warmUps)) {
      const all = await quietly({ quick }, () =>
        wake(OURS, { count, every: rarely, warmUp }, { stages: true }),
      );
      stages[after] ??= [];
      stages[after].push(stagesOf(all));
      progress(`a wake-up, ${after}: ${Object.values(stagesOf(all)).map((ms) => ms.toFixed(2))} ms`);
    }
  }
  const used = {};
  for (const way of Object.keys(WAYS))
    used[way] = await quietly({ quick }, () => look(way, { count, every: rarely, warmUp: FEW }));
  return {
    title: "What a wake-up consists of",
    tables: [stagesTable(stages), processorTable(used), callsTable(used)].join("\n\n"),
    data: { stages, used },
    sane: [],
  };
}

function name({ files }) {
  return `idle, ${files} messages before`;
}

/** Medians of what each stage takes, in milliseconds. */
function stagesOf(all) {
  const ends = Object.keys(STAGES);
  const whole = all.filter((one) => ends.every((end) => one[end] !== undefined));
  if (whole.length < all.length / 2) throw new Error(`${all.length - whole.length} stages were not seen`);
  const before = (end) => ends[ends.indexOf(end) - 1];
  return Object.fromEntries(
    ends.map((end) => [end, median(whole.map((one) => one[end] - (one[before(end)] ?? 0)))]),
  );
}

/** The whole of it: what follows the question, until the task is finished, is in these. */
async function look(way, load) {
  let traced;
  const bare = await watched(way, load, (pid) => {
    const before = processorOf(pid);
    return async () => {
      const after = processorOf(pid);
      return [after.user - before.user, after.system - before.system].map((all) => all / load.count);
    };
  });
  if (hasStrace())
    traced = await watched(way, load, async (pid) => {
      const trace = strace(pid, join(freshFolder("wake-up-breakdown"), "calls"));
      await trace.attached;
      return async () => callsOf([await trace.end()], load.count);
    });
  return { bare, traced };
}

/** @param begin called before the first message that counts; what it gives is called after the last, while the receiver still runs */
async function watched(way, load, begin) {
  let end;
  let found;
  await wake(way, load, {
    begin: async (pid) => (end = await begin(pid)),
    end: async () => (found = await end()),
  });
  return found;
}

function stagesTable(stages) {
  const columns = Object.values(stages);
  const rows = Object.entries(STAGES).map(([stage, what]) => [
    what,
    ...columns.map((rounds) => middle(rounds, stage).toFixed(2)),
  ]);
  const head = ["milliseconds, Clawflow, full", ...Object.keys(stages)];
  return `Its stages, medians of medians, so that their sum is not quite the p50 above:\n\n${formatTable(head, rows)}`;
}

function processorTable(used) {
  const rows = Object.entries(used).map(([way, { bare }]) => [WAYS[way], ...bare.map(Math.round)]);
  const head = ["µs a message", "processor: user", "system"];
  return `Processor of the receiver, to the end of the task, which was answered at once:\n\n${formatTable(head, rows)}`;
}

function callsTable(used) {
  const calls = Object.entries(used).map(([way, { traced }]) => [WAYS[way], traced]);
  return callsText("Its calls of that time", Object.fromEntries(calls), "a message");
}
