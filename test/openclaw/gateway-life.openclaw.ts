import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Brain } from "../../src/brain/types.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { until } from "../host/until.ts";
import { recordProof } from "../proof/record-proof.ts";
import { seededRandom } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { problemsOf, standing } from "./rig/check-house.ts";
import { Gateway } from "./rig/gateway.ts";
import { HouseJob, type Pieces } from "./rig/house-job.ts";
import { give } from "./rig/job-in-chat.ts";
import { MOMENTS, type Moment, reach, slowDown } from "./rig/moments.ts";
import type { RigAgent } from "./rig/openclaw-config.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { finished, hosted, taskOf } from "./rig/team-files.ts";

const MINUTE = 60_000;
const LONG = 4 * MINUTE;

/** `SIGTERM` is how people stop a gateway. */
type End = "SIGKILL" | "SIGTERM";
const QUICK: [Moment, End][] = [
  [MOMENTS.made, "SIGTERM"],
  [MOMENTS.done, "SIGKILL"],
];
const FULL: [Moment, End][] = [
  ...Object.values(MOMENTS).map((moment): [Moment, End] => [moment, "SIGKILL"]),
  ...[MOMENTS.considered, MOMENTS.piece, MOMENTS.made, MOMENTS.gathered, MOMENTS.telling, MOMENTS.any].map(
    (moment): [Moment, End] => [moment, "SIGTERM"],
  ),
];

/** A brain that is asked and never answers. */
const SILENT: Brain = {
  kind: "function",
  ask: (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
};

const AGENTS = {
  lead: { allowAgents: ["coder", "reader", "writer"] },
  coder: { description: "Builds" },
  reader: { description: "Reads" },
  writer: { description: "Writes" },
};

let model: ScriptedModel;
let gateway: Gateway;
let jobs = 0;

beforeAll(async () => {
  model = await ScriptedModel.start();
  gateway = await Gateway.create({ model, agents: AGENTS });
  await gateway.start();
  await hosted(gateway, ...Object.keys(AGENTS));
});

afterAll(async () => {
  await gateway?.remove();
  await model?.close();
});

function newJob(pieces?: Pieces): HouseJob {
  return new HouseJob(++jobs, model, pieces);
}

test(
  "stopped or killed at any moment of a job and started again, a gateway ends it: nothing lost, nothing twice",
  async () => {
    const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const problems: string[] = [];
    const counts = { restarts: 0, killed: 0, stopped: 0, "turns cut off": 0, "asked again": 0 };
    for (const [moment, end] of quickOrFull(QUICK, FULL)) {
      const job = newJob();
      slowDown(moment, job);
      await give(gateway, job);
      await reach(moment, gateway, job, random());
      const before = standing(gateway, job);
      await (end === "SIGKILL" ? gateway.kill() : gateway.stop());
      job.takes = {};
      await gateway.start();
      const found = await problemsOf(gateway, job, before);
      problems.push(...found.map((problem) => `${end}, ${moment.name}: ${problem}`));
      const sum = (kinds: readonly string[], of: (kind: string) => number) =>
        kinds.reduce((all, kind) => all + of(kind), 0);
      counts.restarts++;
      counts[end === "SIGKILL" ? "killed" : "stopped"]++;
      counts["turns cut off"] += [...before.open].filter((kind) => (before.asked.get(kind) ?? 0) > 0).length;
      counts["asked again"] += sum(job.kinds, (kind) => job.asked(kind) - 1);
      console.log(
        `${end}, ${moment.name}: ${job.kinds.map((kind) => `${kind} ${job.asked(kind)}`).join(", ")}`,
      );
    }
    recordProof({
      fault: "gateway",
      what: "a gateway stopped or killed in the middle of a job, and started again",
      cases: counts.restarts,
      counts: { wrong: problems.length, ...counts },
    });
    expect(problems).toEqual([]);
  },
  quickOrFull(5, 60) * MINUTE,
);

test(
  "the plugin reloaded in the middle of a job: one loop after the other, turns that go on are waited for",
  async () => {
    for (const moment of quickOrFull<Moment[]>(
      [MOMENTS.piece],
      [MOMENTS.considered, MOMENTS.piece, MOMENTS.gathered, MOMENTS.telling],
    )) {
      const job = newJob();
      slowDown(moment, job);
      await give(gateway, job);
      await reach(moment, gateway, job, 0);
      const before = standing(gateway, job);
      const term = termOf(gateway);
      await gateway.call("plugins.reload", { plugins: [{ pluginId: "clawflow" }] });
      // Given back by the one, and taken by the other.
      await until(() => termOf(gateway) === term + 2, "the plugin's new service", LONG);
      // A completion is ended with who waits for it; a turn goes on.
      const isCompletion = moment === MOMENTS.gathered;
      expect(await problemsOf(gateway, job, isCompletion ? before : undefined)).toEqual([]);
      expect(termOf(gateway)).toBe(term + 2);
    }
  },
  quickOrFull(5, 20) * MINUTE,
);

test(
  "agents come, go and change in the configuration of a gateway that runs, in both its forms: open work goes on",
  async () => {
    const { pid } = gateway;
    const painter = { description: "Paints" };
    const allowed = { allowAgents: [...AGENTS.lead.allowAgents, "painter"] };

    // An agent comes while a turn goes on.
    const during = newJob();
    slowDown(MOMENTS.piece, during);
    await give(gateway, during);
    await reach(MOMENTS.piece, gateway, during, 0);
    setAgents({ ...AGENTS, lead: allowed, painter });
    await runs("lead, coder, reader, writer, painter");
    expect(await problemsOf(gateway, during)).toEqual([]);

    // It goes in the middle of its turn, and comes back.
    const painted = newJob({ paint: { agent: "painter" }, sign: { agent: "writer" } });
    painted.takes.paint = 4_000;
    await give(gateway, painted);
    await until(() => painted.asked("paint") > 0, "the turn of the painter", LONG);
    setAgents(AGENTS);
    await runs("lead, coder, reader, writer");
    const signed = () => taskOf(gateway, "lead", painted.id)?.subtasks.get("sign")?.status === "done";
    await until(signed, "the work of the others", LONG);
    expect(taskOf(gateway, "lead", painted.id)?.status).toBe("executing");
    setAgents({ ...AGENTS, lead: allowed, painter }, "list");
    await runs("lead, coder, reader, writer, painter");
    expect(await problemsOf(gateway, painted)).toEqual([]);

    // It stays, and lead may no longer give it work.
    const said = runsSaid().length;
    setAgents({ ...AGENTS, painter }, "list");
    await until(() => runsSaid().length > said, "the change", LONG);
    const refused = newJob({ paint: { agent: "painter" } });
    await give(gateway, refused);
    const { status, error } = await finished(gateway, "lead", refused.id);
    expect([status, error]).toEqual(["failed", expect.stringContaining("E_UNKNOWN_AGENT")]);
    expect([refused.asked("consider"), refused.asked("paint")]).toEqual([2, 0]);
    setAgents(AGENTS);
    expect(gateway.pid).toBe(pid);
  },
  quickOrFull(5, 20) * MINUTE,
);

test(
  "another host of the same agents is refused while the gateway lives, and takes over when it is killed; and the other way round",
  async () => {
    const job = newJob();
    slowDown(MOMENTS.piece, job);
    await give(gateway, job);
    await reach(MOMENTS.piece, gateway, job, 0);
    const before = standing(gateway, job);
    await expect(anotherHost()).rejects.toMatchObject({ found: expect.stringContaining(`${gateway.pid}`) });
    await gateway.kill();
    const other = await anotherHost();
    await other.start();
    job.takes = {};
    const calls = model.requests.length;
    await gateway.start();
    const waits = new RegExp(`Clawflow does not run: E_(OWNED|LOCKED).*process ${process.pid}`);
    await until(() => waits.test(gateway.log), "that the gateway waits", LONG);
    expect(model.requests.length).toBe(calls);
    await other.stop();
    expect(await problemsOf(gateway, job, before)).toEqual([]);
  },
  5 * MINUTE,
);

test.runIf(quickOrFull(false, true))(
  "a second gateway of the same agents waits, and goes on in the middle of a job when the first is killed",
  async () => {
    const workspaces = Object.keys(AGENTS).map((id) => [id, { workspace: gateway.workspace(id) }]);
    const more = { agents: { entries: Object.fromEntries(workspaces) } };
    const second = await Gateway.create({ model, agents: AGENTS, more });
    try {
      await second.start();
      const waits = new RegExp(`Clawflow does not run: E_OWNED.*process ${gateway.pid}`);
      await until(() => waits.test(second.log), "that the second waits", LONG);
      const job = newJob();
      slowDown(MOMENTS.piece, job);
      await give(gateway, job);
      await reach(MOMENTS.piece, gateway, job, 0);
      const before = standing(gateway, job);
      await gateway.kill();
      job.takes = {};
      expect(await problemsOf(gateway, job, before, second)).toEqual([]);
      await gateway.start();
      const waitsToo = new RegExp(`Clawflow does not run: E_OWNED.*process ${second.pid}`);
      await until(() => waitsToo.test(gateway.log), "that the first waits", LONG);
      const next = newJob();
      slowDown(MOMENTS.nextPiece, next);
      await give(second, next, gateway);
      await reach(MOMENTS.nextPiece, gateway, next, 0);
      const then = standing(gateway, next);
      await second.kill();
      next.takes = {};
      expect(await problemsOf(gateway, next, then)).toEqual([]);
    } finally {
      await second.remove();
    }
  },
  20 * MINUTE,
);

/** A host of this process for the gateway's agents, with the same place for its journal. Its brains never answer. */
async function anotherHost(): Promise<Host> {
  const agents = Object.keys(AGENTS).map((id) => [id, { workspace: gateway.workspace(id), brain: SILENT }]);
  return await createHost({ root: join(gateway.stateDir, "clawflow"), agents: Object.fromEntries(agents) });
}

/** How often the plugin's service has said whom it runs, and whom. */
function runsSaid(): string[] {
  return [...gateway.log.matchAll(/Clawflow runs (.*)$/gm)].map(([, agents = ""]) => agents.trim());
}

/** Waits until the plugin's service runs these, and no others. */
async function runs(agents: string): Promise<void> {
  await until(() => runsSaid().at(-1) === agents, `that it runs ${agents}`, LONG);
}

/** Changes `agents` of the configuration, which a running gateway takes up by itself. */
function setAgents(agents: Record<string, RigAgent>, form: "entries" | "list" = "entries"): void {
  const config = gateway.config();
  const { entries: _, list: __, ...others } = config.agents as Record<string, unknown>;
  const entries = gateway.entriesOf(agents);
  const list = Object.entries(entries).map(([id, entry]) => ({ id, ...entry }));
  gateway.writeConfig({ ...config, agents: { ...others, ...(form === "list" ? { list } : { entries }) } });
}

/** How often the place of the host was taken or given back. */
function termOf(gateway: Gateway): number {
  const folder = join(gateway.stateDir, "clawflow", ".clawflow");
  const terms = readdirSync(folder).map((name) => /^host\.term-(\d+)$/.exec(name)?.[1]);
  return Math.max(...terms.filter((term) => term !== undefined).map(Number));
}
