import { join } from "node:path";
import { test } from "vitest";
import { commandBrain } from "../../src/brain/command-brain.ts";
import { type BrainFunction, functionBrain } from "../../src/brain/function-brain.ts";
import type { Brain } from "../../src/brain/types.ts";
import { submitTask } from "../../src/host/submit.ts";
import { faultsOf, readTask } from "../host/files.ts";
import { processesOf } from "../host/processes.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { quickOrFull } from "../suite-size.ts";
import { Tally } from "./tally.ts";

const CASES = quickOrFull(7, 20);
const SIBLINGS = ["s0", "s1", "s2"];
const FAULTS = [
  "lost",
  "tried too often",
  "tried too seldom",
  "not named",
  "left running",
  "inconsistent",
] as const;

interface Poison {
  what: string;
  attempts: number;
  /** Of each attempt, where the work never ends by itself. */
  timeout?: string;
  /** What must be said of each. */
  error: RegExp;
  /** By turns. */
  brains: Brain[];
}

const run = (...command: string[]): Brain => commandBrain({ command, cwd: "/", agent: "poison" });
const call = (brain: BrainFunction): Brain => functionBrain(brain);
const node = (script: string, ...options: string[]): Brain => run(process.execPath, ...options, "-e", script);
const print = (text: string): Brain => run("printf", text);

const POISONS: Poison[] = [
  {
    what: "fails always: throws, exits, is killed, is not there",
    attempts: 3,
    error: /^E_BRAIN(_MISSING)?: /,
    brains: [
      call(() => {
        throw new TypeError("poison");
      }),
      call(() => Promise.reject(new Error("poison"))),
      run("sh", "-c", "echo poison >&2; exit 3"),
      run("sh", "-c", "kill -SEGV $$"),
      run("no-such-program-at-all"),
    ],
  },
  {
    what: "hangs always: a function, a program, one that heeds no signal",
    attempts: 2,
    timeout: "700ms",
    error: /^E_TIMEOUT: /,
    brains: [
      call(() => new Promise(() => {})),
      run("sleep", "1000"),
      run("sh", "-c", "trap '' TERM; while :; do sleep 1000; done"),
    ],
  },
  {
    what: "uses all memory that it may have",
    attempts: 2,
    error: /^E_BRAIN: /,
    brains: [
      node("const all = []; for (;;) all.push(new Array(10_000).fill({}));", "--max-old-space-size=16"),
    ],
  },
  {
    what: "answers what is no answer: no such form, no text, too much of it",
    attempts: 3,
    error: /^E_(BRAIN_OUTPUT|JSON|FIELD|PLAN|UNKNOWN_AGENT|SELF_SEND|LIMIT)\b/,
    brains: [
      call((() => ({ nonsense: 1 })) as never),
      call((() => null) as never),
      call((() => ({ results: 7 })) as never),
      print("\\377\\376\\000"),
      print('{"results": 1}'),
      print('{"subtasks": []}'),
      run("yes"),
    ],
  },
];

for (const poison of POISONS) {
  test(`F17 work that ${poison.what}: ${CASES} times`, async () => {
    const tally = new Tally(FAULTS);
    const { root, jobs, calls, agents } = await runJobs(poison, tally);
    for (const [n, job] of jobs.entries()) checkJob(poison, tally, { root, job, n, calls });
    await until(() => processesOf(root).length === 0, "the end of all programs").catch(() => {});
    tally.check("left running", processesOf(root).length === 0, processesOf(root).join("\n"));
    const findings = faultsOf(root, agents);
    tally.check("inconsistent", findings.length === 0, JSON.stringify(findings.slice(0, 3)));
    tally.record("F17", `one of four subtasks ${poison.what}`, CASES);
  });
}

/** All jobs at once; each has three good subtasks beside the bad one. */
async function runJobs({ brains, attempts, timeout }: Poison, tally: Tally<(typeof FAULTS)[number]>) {
  const root = tempRoot();
  const calls = new Map<string, number>();
  const counted = (brain: Brain): Brain => ({
    kind: brain.kind,
    ask(question, context) {
      calls.set(question.task.task_id, (calls.get(question.task.task_id) ?? 0) + 1);
      return brain.ask(question, context);
    },
  });
  const lead: BrainFunction = ({ kind, task, results }) => {
    if (kind === "synthesise")
      return Object.entries(results ?? {})
        .map(([id, { status, results }]) => `${id} ${status} ${results}`)
        .join("; ");
    const bad = { agent: task.instructions, description: "bad", max_attempts: attempts };
    const good = SIBLINGS.map((id) => [id, { agent: "well", description: id, depends_on: [] }]);
    const poison = { ...bad, depends_on: [], ...(timeout === undefined ? {} : { timeout }) };
    return { subtasks: Object.fromEntries([["bad", poison], ...good]) };
  };
  const poisons = brains.map((brain, n) => [`p${n}`, { brain: counted(brain), concurrency: CASES }]);
  const host = await startHost({
    root,
    limits: { brains: 8 + (timeout === undefined ? 0 : CASES) },
    policy: { on_failure: "continue" },
    agents: {
      lead: { brain: lead, peers: ["*"], concurrency: 8 },
      well: { brain: counted(call(({ task }) => `did ${task.instructions}`)), concurrency: 8 },
      ...Object.fromEntries(poisons),
    },
  });
  const jobs: string[] = [];
  for (let n = 0; n < CASES; n++)
    jobs.push(
      (await submitTask(host, "lead", { instructions: `p${n % brains.length}`, title: `job ${n}` })).task_id,
    );
  await Promise.all(jobs.map((job) => tally.within("lost", job, host.finished("lead", job))));
  tally.check("lost", host.error === undefined, `${host.error}`);
  const after = await submitTask(host, "well", "be well");
  const last = await tally.within("lost", "work after it", host.finished("well", after.task_id));
  tally.check("lost", last?.text.output === "did be well", `${last?.text.output}`);
  await host.stop();
  return { root, jobs, calls, agents: host.agents };
}

interface Job {
  root: string;
  job: string;
  n: number;
  calls: ReadonlyMap<string, number>;
}

function checkJob(
  { attempts, brains, error }: Poison,
  tally: Tally<(typeof FAULTS)[number]>,
  { root, job, n, calls }: Job,
): void {
  const task = readTask(join(root, "lead"), job);
  const bad = task?.subtasks.get("bad");
  tally.check(
    "not named",
    bad?.status === "failed" && error.test(`${bad.error}`),
    `${job}: ${bad?.status} ${bad?.error}`,
  );
  // Its siblings are done, each once, and the job goes on with what there is.
  const rest = SIBLINGS.map((id) => `${id} done did ${id}`).join("; ");
  const isDone =
    task?.status === "done" && task.text.output.includes("bad failed") && task.text.output.includes(rest);
  tally.check("lost", isDone, `${job}: ${task?.status} ${task?.error} ${task?.text.output}`);
  for (const id of SIBLINGS) tally.check("tried too often", calls.get(`${job}.${id}`) === 1, `${job}.${id}`);
  const tried = Array.from({ length: 9 }, (_, at) => `${job}.bad${at === 0 ? "" : `_${at + 1}`}`);
  const all = tried.reduce((sum, id) => sum + (calls.get(id) ?? 0), 0);
  tally.check("tried too often", all <= attempts, `${job}: ${all} calls for ${attempts} attempts`);
  tally.check(
    "tried too seldom",
    all === attempts && bad?.attempt === attempts,
    `${job}: ${all}, ${bad?.attempt}`,
  );
  tally.add("attempts", all);
  // Each attempt stays to be looked at, with its reason.
  const workspace = join(root, `p${n % brains.length}`);
  for (const id of tried.slice(0, attempts)) {
    const kept = readTask(workspace, id);
    const isKept = /^(failed|cancelled)$/.test(`${kept?.status}`) && kept?.error !== undefined;
    tally.check("not named", isKept, `${id}: ${kept?.status} ${kept?.error}`);
    tally.add("kept with the reason");
  }
}
