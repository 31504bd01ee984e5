import { expect, test } from "vitest";
import { commandBrain } from "../../src/brain/command-brain.ts";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Brain } from "../../src/brain/types.ts";
import type { Limits } from "../../src/protocol/team.ts";
import { faultsOf } from "../host/files.ts";
import { runTask, startHost, tempRoot } from "../host/team.ts";
import { quickOrFull } from "../suite-size.ts";
import { Tally } from "./tally.ts";

const FAULTS = ["lost", "twice", "taken", "not named", "inconsistent"] as const;
/** Tasks that are split, and pieces of each. */
const [WIDE, PIECES] = quickOrFull([20, 50], [100, 100]);
const MANY = WIDE * PIECES;
const CHAIN = 200;
/** Levels below the first task: as many as a team may allow. */
const DEEPEST = 100;

type Subtasks = Record<string, { agent: string; description: string; depends_on: string[] }>;
type Edges = Record<string, readonly [agent: string, ...depends_on: string[]]>;

function plan(edges: Edges): { subtasks: Subtasks } {
  const subtasks = Object.entries(edges).map(([id, [agent, ...depends_on]]) => {
    return [id, { agent, description: `do ${id}`, depends_on }];
  });
  return { subtasks: Object.fromEntries(subtasks) };
}

/** Subtasks one after the other, the first of which begins at `start`. */
function chain(length: number, ...start: string[]): Edges {
  const nodes = Array.from({ length }, (_, n) => [`n${n}`, ["reader", ...(n === 0 ? start : [`n${n - 1}`])]]);
  return Object.fromEntries(nodes) as Edges;
}

const GOOD = plan({ well: ["reader"] });

/** Plans that cannot be, and what must be said of each. */
const BAD: Readonly<Record<string, [answer: ReturnType<typeof plan>, said: RegExp]>> = {
  "depends on itself": [
    plan({ well: ["reader"], a: ["reader", "a"] }),
    /E_DEPENDENCY: subtasks\.a\..*itself/,
  ],
  "two on each other": [plan({ a: ["reader", "b"], b: ["reader", "a"], c: ["writer"] }), /E_CYCLE: .*a.*b/],
  "a circle of 1,000": [plan(chain(1_000, "n999")), /E_CYCLE: /],
  "a circle through three agents": [
    plan({ a: ["reader", "c"], b: ["writer", "a"], c: ["self", "b"], d: ["reader"] }),
    /E_CYCLE: .*a.*b.*c/,
  ],
  "depends on what is not there": [
    plan({ a: ["reader"], b: ["writer", "a", "nowhere"] }),
    /E_DEPENDENCY: .*nowhere/,
  ],
  "10,000 in one plan": [plan(chain(10_000)), /E_LIMIT: .*1000.*10000/],
};

test(`F15 plans that cannot be: ${Object.keys(BAD).length} kinds, by a brain that insists and by one that mends it`, async () => {
  const tally = new Tally(FAULTS);
  for (const [what, [answer, said]] of Object.entries(BAD)) {
    const stubborn = await runPlan((kind) => (kind === "synthesise" ? "all" : answer));
    tally.check(
      "taken",
      stubborn.status === "failed" && stubborn.worked === 0,
      `${what}: ${stubborn.status}`,
    );
    tally.check("not named", said.test(stubborn.error ?? ""), `${what}: ${stubborn.error}`);
    tally.check("twice", stubborn.asked === 2, `${what}: asked ${stubborn.asked} times`);
    tally.check("inconsistent", stubborn.findings.length === 0, JSON.stringify(stubborn.findings));
    tally.add("refused, with the reason");

    const mended = await runPlan((kind, problem) => {
      if (kind === "synthesise") return "all";
      if (problem === undefined) return answer;
      tally.check("not named", said.test(problem), `${what}, to the brain: ${problem}`);
      return GOOD;
    });
    tally.check("lost", mended.status === "done" && mended.worked === 1, `${what}, mended: ${mended.error}`);
    tally.check("inconsistent", mended.findings.length === 0, JSON.stringify(mended.findings));
    tally.add("mended, then done");
  }
  tally.record("F15", "circles, what is not there, too many, by one who insists and one who mends it", 12);
});

test("F15 an id twice: in one plan, and of what a piece is split into", async () => {
  const tally = new Tally(FAULTS);
  const piece = (what: string) => `"a": {"agent": "reader", "description": "${what}"}`;
  const text = `{"subtasks": {${piece("one")}, ${piece("other")}}}`;
  const repeated = await runBrain(commandBrain({ command: ["printf", "%s", text], cwd: "/", agent: "lead" }));
  tally.check("taken", repeated.status === "failed" && repeated.worked === 0, JSON.stringify(repeated));
  tally.check("not named", /^E_\w+: .*subtasks.*a/.test(repeated.error ?? ""), `${repeated.error}`);
  tally.add("refused, with the reason");

  // `a` is split in place: its piece would be called as a subtask that is there already.
  const split = await runPlan((kind) => {
    if (kind === "synthesise") return "all";
    return kind === "subtask" ? plan({ b: ["reader"] }) : plan({ a: ["self"], "a-b": ["reader", "a"] });
  });
  tally.check("taken", split.status === "failed" && split.worked === 0, JSON.stringify(split));
  tally.check("not named", /E_PLAN: .*a-b/.test(split.error ?? ""), `${split.error}`);
  tally.add("refused, with the reason");
  for (const { findings } of [repeated, split])
    tally.check("inconsistent", findings.length === 0, JSON.stringify(findings));
  tally.record("F15", "an id twice, in a plan and by a split", 2);
});

test(`F15 ${MANY} subtasks over two levels, and ${CHAIN} one after the other`, async () => {
  const tally = new Tally(FAULTS);
  const pieces = (agent: string, count: number) =>
    plan(Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, [agent]])) as Edges);
  const many = await runPlan((kind) => (kind === "synthesise" ? "all" : pieces("splitter", WIDE)), {
    splitter: ({ kind, results }) => {
      return kind === "synthesise" ? `${Object.keys(results ?? {}).length}` : pieces("reader", PIECES);
    },
  });
  tally.check("lost", many.status === "done", `${many.status} ${many.error}`);
  tally.check("lost", many.worked === MANY, `${many.worked} of ${MANY}`);
  tally.check("twice", many.most === 1, `one was done ${many.most} times`);
  const counts = many.results.every((result) => result === `${PIECES}`);
  tally.check("lost", many.results.length === WIDE && counts, many.results.join(" "));
  tally.check("inconsistent", many.findings.length === 0, JSON.stringify(many.findings.slice(0, 3)));
  tally.add("done", many.worked);
  tally.record("F15", `${MANY} subtasks over two levels`, 1);

  const long = new Tally(FAULTS);
  const order: string[] = [];
  const deep = await runPlan((kind) => (kind === "synthesise" ? "all" : plan(chain(CHAIN))), {}, order);
  long.check("lost", deep.status === "done" && deep.worked === CHAIN, `${deep.worked} ${deep.error}`);
  long.check("twice", deep.most === 1, `one was done ${deep.most} times`);
  expect(order).toEqual(Array.from({ length: CHAIN }, (_, n) => `do n${n}`));
  long.check("inconsistent", deep.findings.length === 0, JSON.stringify(deep.findings.slice(0, 3)));
  long.add("done", deep.worked);
  long.record("F15", `${CHAIN} subtasks, each after the one before`, 1);
});

test(`F15 work handed down ${DEEPEST} levels, and one more`, async () => {
  const tally = new Tally(FAULTS);
  const agents = Array.from({ length: DEEPEST + 2 }, (_, n) => `a${n}`);
  for (const [levels, status] of [
    [DEEPEST, "done"],
    [DEEPEST + 1, "failed"],
  ] as const) {
    const root = tempRoot();
    const calls = new Map<string, number>();
    const brain: BrainFunction = ({ kind, task, results }) => {
      const { depth } = task;
      calls.set(`${kind} ${depth}`, (calls.get(`${kind} ${depth}`) ?? 0) + 1);
      if (kind === "synthesise") return `${results?.down?.results}`;
      return depth === levels ? `from ${depth}` : plan({ down: [`a${depth + 1}`] });
    };
    const host = await startHost({
      root,
      limits: { depth: DEEPEST, brains: 8 },
      agents: Object.fromEntries(agents.map((agent) => [agent, { brain, peers: ["*"] }])),
    });
    const task = await runTask(host, "a0", "go down");
    await host.stop();
    tally.check("lost", task.status === status, `${levels}: ${task.status} ${task.error}`);
    if (status === "done") {
      tally.check("lost", task.text.output === `from ${levels}`, task.text.output);
      tally.add("done");
    } else {
      tally.check("not named", /E_DEPTH/.test(task.error ?? ""), `${task.error}`);
      tally.check("taken", !calls.has(`consider ${levels}`), `${levels} levels below were asked`);
      tally.add("refused, with the reason");
    }
    const most = Math.max(...[...calls].filter(([key]) => !key.startsWith("consider")).map(([, n]) => n), 0);
    tally.check("twice", most <= 1, `a synthesis was asked for ${most} times`);
    const findings = faultsOf(root, agents);
    tally.check("inconsistent", findings.length === 0, JSON.stringify(findings.slice(0, 3)));
  }
  tally.record("F15", `work handed down ${DEEPEST} levels, the most that a team can allow, and one more`, 2);
});

/** Runs one job of an agent that answers so; `problem` is what a brain is told of an answer that was refused. */
function runPlan(
  answer: (kind: string, problem: string | undefined) => ReturnType<typeof plan> | string,
  more: Record<string, BrainFunction> = {},
  order: string[] = [],
) {
  return runBrain(({ kind, problem }) => answer(kind, problem), more, order);
}

async function runBrain(
  brain: Brain | BrainFunction,
  more: Record<string, BrainFunction> = {},
  order: string[] = [],
) {
  const root = tempRoot();
  const done = new Map<string, number>();
  const worker: BrainFunction = ({ task }) => {
    done.set(task.task_id, (done.get(task.task_id) ?? 0) + 1);
    order.push(task.instructions);
    return `did ${task.task_id}`;
  };
  const limits: Partial<Limits> = { subtasks: 1_000, concurrency: 100, brains: 64 };
  const agents = {
    lead: { brain, peers: ["*"] },
    reader: { brain: worker, concurrency: 64 },
    writer: { brain: worker },
    ...Object.fromEntries(Object.entries(more).map(([id, one]) => [id, { brain: one, peers: ["reader"] }])),
  };
  const host = await startHost({ root, limits, agents });
  let asked = 0;
  host.on((event) => {
    if (event.type === "brain:asked" && event.agent === "lead") asked++;
  });
  const task = await runTask(host, "lead", "go");
  await host.stop();
  return {
    status: task.status,
    error: task.error,
    asked,
    worked: done.size,
    most: Math.max(0, ...done.values()),
    results: [...task.subtasks.values()].map(({ results = "" }) => results),
    findings: faultsOf(root, Object.keys(agents)),
  };
}
