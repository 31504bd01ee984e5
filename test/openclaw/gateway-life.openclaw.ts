import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../host/until.ts";
import { recordProof } from "../proof/record-proof.ts";
import { seededRandom } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { isCutOff, problemsOf, type Standing, standing } from "./rig/check-house.ts";
import { Gateway } from "./rig/gateway.ts";
import { anotherHost, runs, runsSaid, setAgents, termOf, waitsFor } from "./rig/gateway-team.ts";
import { HouseJob, type Pieces } from "./rig/house-job.ts";
import { give } from "./rig/job-in-chat.ts";
import { says } from "./rig/model-answer.ts";
import { MOMENTS, type Moment, reach, slowAt } from "./rig/moments.ts";
import { ScriptedModel } from "./rig/scripted-model.ts";
import { dropTask, finished, hosted, taskOf } from "./rig/team-files.ts";

const MINUTE = 60_000;
const LONG = 4 * MINUTE;

/** When a gateway ends in the life of a job, and how: `SIGTERM` is how people stop it. */
type Life = { moments: readonly Moment[]; end: "SIGKILL" | "SIGTERM" };
const { given, considered, planned, piece, nextPiece, made, replied, gathered, synthesised } = MOMENTS;
const { done, telling, heard, told, any } = MOMENTS;
const QUICK: Life[] = [{ end: "SIGKILL", moments: [made] }];
/** Twenty ends. */
const FULL: Life[] = [
  { end: "SIGKILL", moments: [given, considered, piece, gathered, telling] },
  { end: "SIGKILL", moments: [planned, nextPiece, synthesised, heard] },
  { end: "SIGKILL", moments: [made, replied, done, told] },
  { end: "SIGTERM", moments: [considered, piece, made, gathered, telling] },
  { end: "SIGKILL", moments: [any] },
  { end: "SIGTERM", moments: [any] },
];

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
    const counts = { SIGKILL: 0, SIGTERM: 0, "turns cut off": 0, "asked again": 0 };
    for (const { moments, end } of quickOrFull(QUICK, FULL)) {
      const job = newJob();
      const cuts: Standing[] = [];
      job.takes = slowAt(moments[0] ?? any);
      await give(gateway, job);
      for (const [index, moment] of moments.entries()) {
        await reach(moment, gateway, job, random());
        const cut = standing(gateway, job);
        cuts.push(cut);
        await (end === "SIGKILL" ? gateway.kill() : gateway.stop());
        counts[end]++;
        counts["turns cut off"] += job.kinds.filter((kind) => isCutOff(cut, kind)).length;
        job.takes = slowAt(moments[index + 1] ?? any);
        await gateway.start();
      }
      problems.push(...(await problemsOf(gateway, job, cuts)));
      counts["asked again"] += job.kinds.reduce((sum, kind) => sum + job.asked(kind) - 1, 0);
      const asked = job.kinds.map((kind) => `${kind} ${job.asked(kind)}`);
      console.log(`${end} when ${moments.map(({ name }) => name).join("; ")}: ${asked.join(", ")}`);
    }
    recordProof({
      fault: "gateway",
      what: "a gateway stopped or killed in the middle of a job, and started again",
      cases: counts.SIGKILL + counts.SIGTERM,
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
      job.takes = slowAt(moment);
      await give(gateway, job);
      await reach(moment, gateway, job, 0);
      const before = standing(gateway, job);
      const term = termOf(gateway);
      await gateway.call("plugins.reload", { plugins: [{ pluginId: "clawflow" }] });
      // Given back by the one, and taken by the other.
      await until(() => termOf(gateway) === term + 2, "the plugin's new service", LONG);
      // A completion is ended with who waits for it; a turn goes on.
      const isCompletion = moment === MOMENTS.gathered;
      expect(await problemsOf(gateway, job, isCompletion ? [before] : [])).toEqual([]);
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
    during.takes = slowAt(MOMENTS.piece);
    await give(gateway, during);
    await reach(MOMENTS.piece, gateway, during, 0);
    setAgents(gateway, { ...AGENTS, lead: allowed, painter });
    await runs(gateway, "lead, coder, reader, writer, painter");
    expect(await problemsOf(gateway, during)).toEqual([]);

    // It goes in the middle of its turn, and comes back.
    const painted = newJob({ paint: { agent: "painter" }, sign: { agent: "writer" } });
    let dry = () => {};
    painted.takes.paint = new Promise((resolve) => {
      dry = resolve;
    });
    await give(gateway, painted);
    await until(() => painted.asked("paint") > 0, "the turn of the painter", LONG);
    setAgents(gateway, AGENTS);
    await runs(gateway, "lead, coder, reader, writer");
    const signed = () => taskOf(gateway, "lead", painted.id)?.subtasks.get("sign")?.status === "done";
    await until(signed, "the work of the others", LONG);
    expect(taskOf(gateway, "lead", painted.id)?.status).toBe("executing");
    dry();
    setAgents(gateway, { ...AGENTS, lead: allowed, painter }, "list");
    await runs(gateway, "lead, coder, reader, writer, painter");
    expect(await problemsOf(gateway, painted)).toEqual([]);

    // It stays, and lead may no longer give it work.
    const said = runsSaid(gateway).length;
    setAgents(gateway, { ...AGENTS, painter }, "list");
    await until(() => runsSaid(gateway).length > said, "the change", LONG);
    const refused = newJob({ paint: { agent: "painter" } });
    await give(gateway, refused);
    const { status, error } = await finished(gateway, "lead", refused.id);
    expect([status, error]).toEqual(["failed", expect.stringContaining("E_UNKNOWN_AGENT")]);
    expect([refused.asked("consider"), refused.asked("paint")]).toEqual([2, 0]);
    setAgents(gateway, AGENTS);
    expect(gateway.pid).toBe(pid);
  },
  quickOrFull(5, 20) * MINUTE,
);

/** The gateway has taken that configuration of ours up: what it is asked for before may fail. */
async function configured(clawflow?: Record<string, unknown>): Promise<void> {
  const said = runsSaid(gateway).length;
  gateway.configure(clawflow);
  await until(() => runsSaid(gateway).length > said, "the change", LONG);
}

test.runIf(quickOrFull(false, true))(
  "work that comes while a gateway takes long to stop is not failed: its turn waits for the next start",
  async () => {
    await runs(gateway, Object.keys(AGENTS).join(", "));
    await configured({ limits: { retries: 0 } });
    model.rule({ agent: "coder", prompt: "Build slowly", answer: { ...says("It stands."), delay: 20_000 } });
    const slow = await dropTask(gateway, "coder", { title: "Slow", instructions: "Build slowly" });
    await model.asked(({ prompt }) => prompt.includes("Build slowly"), LONG);
    process.kill(gateway.pid ?? 0, "SIGTERM");
    await until(() => gateway.log.includes("draining active work"), "the begin of its stop");
    model.rule({ agent: "writer", prompt: "Write the last line", answer: says("The end.") });
    const late = await dropTask(gateway, "writer", { title: "Late", instructions: "Write the last line" });
    await until(() => taskOf(gateway, "writer", late)?.asking, "its question");
    // In this time it is refused, and not only once.
    await delay(8_000);
    expect(taskOf(gateway, "writer", late)?.status).toBe("pending");
    await gateway.kill();
    await gateway.start();
    expect(await finished(gateway, "writer", late)).toMatchObject({
      status: "done",
      text: { output: "The end." },
    });
    expect((await finished(gateway, "coder", slow)).status).toBe("done");
    await configured();
  },
  5 * MINUTE,
);

test.runIf(quickOrFull(false, true))(
  "another host of the same agents is refused while the gateway lives, and takes over when it is killed; and the other way round",
  async () => {
    const job = newJob();
    job.takes = slowAt(MOMENTS.piece);
    await give(gateway, job);
    await reach(MOMENTS.piece, gateway, job, 0);
    const before = standing(gateway, job);
    const refusal = { code: "E_LOCKED", detail: { found: `process ${gateway.pid}` } };
    await expect(anotherHost(gateway)).rejects.toMatchObject(refusal);
    await gateway.kill();
    const other = await anotherHost(gateway);
    await other.start();
    job.takes = {};
    const said = runsSaid(gateway).length;
    await gateway.start();
    await waitsFor(gateway, process.pid);
    expect(runsSaid(gateway)).toHaveLength(said);
    await other.stop();
    // As long as nobody has the agents OpenClaw may go on by itself with the turn that was cut off.
    expect(await problemsOf(gateway, job, [before, before])).toEqual([]);
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
      await waitsFor(second, gateway.pid);
      const job = newJob();
      job.takes = slowAt(MOMENTS.piece);
      await give(gateway, job);
      await reach(MOMENTS.piece, gateway, job, 0);
      const before = standing(gateway, job);
      await gateway.kill();
      job.takes = {};
      expect(await problemsOf(gateway, job, [before], second)).toEqual([]);
      await gateway.start();
      await waitsFor(gateway, second.pid);
      const next = newJob();
      next.takes = slowAt(MOMENTS.nextPiece);
      await give(second, next, gateway);
      await reach(MOMENTS.nextPiece, gateway, next, 0);
      const then = standing(gateway, next);
      await second.kill();
      next.takes = {};
      expect(await problemsOf(gateway, next, [then])).toEqual([]);
    } finally {
      await second.remove();
    }
  },
  20 * MINUTE,
);
