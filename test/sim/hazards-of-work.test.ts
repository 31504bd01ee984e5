import { expect, test } from "vitest";
import { quickOrFull } from "../suite-size.ts";
import { JOB, kill, MINUTE, ONE_HOST, power, QUIET, scenario, upTo } from "./hazard-scenario.ts";
import { bytesOf, namesIn } from "./look.ts";
import type { Disturbance, Job, Scenario } from "./scenario.ts";
import { Simulation } from "./simulation.ts";
import type { VirtualDisk } from "./virtual-disk.ts";
import type { VirtualFile } from "./virtual-file.ts";
import { type Written, WrittenScript } from "./written-script.ts";

/* Interleavings of plans that are written down, as in hazards.test.ts: who gives what to whom is what they are about. */

const PATIENCE = quickOrFull(MINUTE, 5 * MINUTE);

async function run(more: Partial<Scenario>, jobs: Readonly<Record<string, Written>>) {
  const world = new Simulation(scenario(more), new WrittenScript(jobs));
  const { faults, history, tally } = await world.run();
  expect({ disturbances: more.disturbances, faults }).toEqual({
    disturbances: more.disturbances,
    faults: [],
  });
  const textsOf = (who: string) => history.filter((entry) => entry.who === who).map(({ text }) => text);
  return { world, history, textsOf, tally };
}

test("H9 two subtasks of one task for one agent, and the same names from two parents: each is work of its own", async () => {
  const twice = (agent: string): Written => ({
    agent,
    pieces: { s0: { agent: "c" }, s1: { agent: "c" }, s2: { agent: "c", after: ["s0", "s1"] } },
  });
  const jobs: Job[] = [
    { ...JOB, taskId: "job" },
    { ...JOB, id: "j2", agent: "b", taskId: "job" },
  ];
  const network = { ...QUIET, repeated: 0.5, unanswered: 0.3, delay: 300 };
  for (const [at, calls] of [[90, 900], ...upTo(120, 24).map((calls) => [500, calls])] as [
    number,
    number,
  ][]) {
    const { textsOf } = await run(
      { jobs, network, hosts: [["a", "b"], ["c"]], disturbances: [kill(at, 1, calls)] },
      { j1: twice("a"), j2: twice("b") },
    );
    const taken = textsOf("c").filter((text) => text.startsWith("takes "));
    expect(new Set(taken.map((text) => text.split(" ")[1])).size).toBe(6);
    for (const parent of ["a", "b"]) {
      expect(taken.filter((text) => text.endsWith(` from ${parent}`))).toHaveLength(3);
      expect(textsOf(parent)).toContain("job ends done");
    }
  }
});

test("H21 work comes back to an agent that waits for it, with one slot for all: nobody waits for himself", async () => {
  const there = { agent: "b", pieces: { s0: { agent: "a", pieces: { s0: { agent: "b" } } } } };
  const back = { agent: "a", pieces: { s0: { agent: "b", pieces: { s0: { agent: "a" } } } } };
  const pieces = { agent: "a", pieces: { s0: there, s1: there } };
  const jobs = ["a", "b", "a"].map((agent, index) => ({
    ...JOB,
    id: `j${index + 1}`,
    agent,
    at: 100 + index,
  }));
  for (const hosts of [[["a", "b"]], [["a"], ["b"]]]) {
    const { history } = await run(
      { hosts, jobs, limits: { brains: 1 } },
      { j1: pieces, j2: { agent: "b", pieces: { s0: back, s1: back } }, j3: pieces },
    );
    for (const { id } of jobs) expect(history.map(({ text }) => text)).toContain(`${id} ends done`);
    for (const agents of hosts) {
      const ofHost = history.filter(({ who }) => agents.includes(who));
      let running = 0;
      for (const { text } of ofHost) {
        if (text.startsWith("asks to ")) running++;
        else if (/^gets \S+ for /.test(text)) running--;
        expect(running).toBeLessThanOrEqual(1);
      }
    }
  }
});

test("H34 ids up to their longest, and some that differ in case alone, on a disk that ignores case", async () => {
  const long = (letter: string) => letter.repeat(64);
  const deep: Written = {
    agent: "a",
    pieces: {
      [long("x")]: {
        agent: "b",
        pieces: { [long("y")]: { agent: "c" }, [`${long("y").slice(1)}z`]: { agent: "c" } },
      },
      [`${long("x").slice(1)}z`]: { agent: "c", after: [long("x")] },
    },
  };
  const ids = ["Audit", "audit", "AUDIT", "A".repeat(200), "a".repeat(200), `${"a".repeat(199)}b`];
  const jobs = ids.map((taskId, index) => ({ ...JOB, id: `j${index}`, taskId }));
  const written = Object.fromEntries(jobs.map(({ id }) => [id, deep]));
  for (const disturbances of [[], [kill(200, 0, 60), power(400, 1, 40)]]) {
    const { world, textsOf } = await run({ ignoresCase: true, jobs, disturbances }, written);
    for (const id of ids) expect(textsOf("a")).toContain(`${id} ends done`);
    expect(namesIn(world.machine, "/w/a/tasks")).toHaveLength(ids.length);
    expect(namesIn(world.machine, "/w/c/tasks")).toHaveLength(3 * ids.length);
  }
});

test("H36 a file comes with its message: whoever may read the message has it, wherever the crossing was cut off", async () => {
  const chain = {
    s0: { agent: "b", file: true },
    s1: { agent: "b", file: true },
    s2: { agent: "b", after: ["s0", "s1"] },
  };
  const jobs = { j1: { agent: "a", pieces: chain } };
  const hosts = [["a"], ["b"]];
  const cut: Disturbance[] = [
    ...upTo(150, 15).flatMap((calls) => [kill(150, 1, calls), power(150, 1, calls)]),
    ...upTo(150, 15).flatMap((calls) => [kill(300, 0, calls), power(300, 0, calls)]),
  ];
  for (const disturbance of cut) await run({ hosts, disturbances: [disturbance] }, jobs);
});

test(
  "H36 results beyond what a message may hold: it stays small, and the brain has all of them",
  async () => {
    const count = quickOrFull(60, 999);
    const parts = Array.from(
      { length: count },
      (_, index) => [`n${index}`, { agent: "b", text: `${index} ${"x".repeat(16_384)}` }] as const,
    );
    const pieces = { ...Object.fromEntries(parts), all: { agent: "c", after: parts.map(([id]) => id) } };
    const limits = { subtasks: 1000, concurrency: 100, brains: 100 };
    const { world } = await run({ ...ONE_HOST, limits, slowness: 10 }, { j1: { agent: "a", pieces } });
    const [path] = [...world.machine.files().keys()].filter((name) => /outbox\/task-j1\.all-/.test(name));
    const size = bytesOf(world.machine, path ?? "")?.length ?? 0;
    expect(size).toBeGreaterThan(200_000);
    expect(size).toBeLessThan(256 * 1024 + 400 * count);
  },
  PATIENCE,
);

test.each([
  ["a chain", true],
  ["a fan-out", false],
])(
  "H38 %s: what a node costs does not grow with the nodes that are done",
  async (_, chain) => {
    const few = await costsOf(quickOrFull(80, 200), chain);
    const many = await costsOf(quickOrFull(400, 1000), chain);
    for (const kind of ["calls", "bytes", "syncs"] as const)
      expect({ kind, ratio: many[kind] / few[kind] }).toEqual({ kind, ratio: expect.toSatisfy(isFlat) });
    // The text that names every node, and its base copy, are written at most each 250 ms.
    for (const { texts, took } of [few, many]) expect(texts / 2).toBeLessThanOrEqual(took / 250 + 2);
  },
  PATIENCE,
);

const isFlat = (ratio: number) => ratio < 1.02;

/** What the disk did for each node. */
interface Cost {
  calls: number;
  /** Without the texts of the task that has all nodes. */
  bytes: number;
  syncs: number;
  /** How often such a text was written, in so many milliseconds of work. */
  texts: number;
  took: number;
}

const TEXTS = /\/(tasks\/j1\/task\.md|base\/j1[@.].*)$/;

async function costsOf(count: number, chain: boolean): Promise<Cost> {
  const after = (index: number) => (chain && index > 0 ? { after: [`n${index - 1}`] } : {});
  const nodes = Array.from({ length: count }, (_, index) => [`n${index}`, { agent: "b", ...after(index) }]);
  const world = new Simulation(
    scenario({ ...ONE_HOST, limits: { subtasks: 1000 }, slowness: 0 }),
    new WrittenScript({ j1: { agent: "a", pieces: Object.fromEntries(nodes) } }),
  );
  const { machine, ledger } = world;
  const texts = new Set<VirtualFile>();
  // In place of who looks at each event, which costs more than the work itself.
  machine.watcher = {
    named({ path }, name, node) {
      if (node?.kind === "file" && TEXTS.test(`${path}/${name}`)) texts.add(node);
    },
    opened() {},
    durable() {},
  };
  const costs: Cost[] = [];
  let took = 0;
  const { note } = ledger;
  ledger.note = (who, text) => {
    note.call(ledger, who, text);
    if (text === "j1 ends done") took = world.time.now;
    // Before the simulator itself looks at what came of it.
    if (text === "has stopped") costs.push({ ...costOf(machine, texts, count), texts: texts.size, took });
  };
  const { faults } = await world.run();
  expect({ faults, stops: costs.length }).toEqual({ faults: [], stops: 1 });
  return costs[0] as Cost;
}

function costOf({ counts, written }: VirtualDisk, texts: ReadonlySet<VirtualFile>, count: number) {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const ofTexts = sum(Array.from(texts, ({ content }) => content.size));
  return {
    calls: sum(Object.values(counts)) / count,
    bytes: (written.bytes - ofTexts) / count,
    syncs: (written.syncedFiles + written.syncedFolders) / count,
  };
}
