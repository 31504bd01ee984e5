import { join } from "node:path";
import { afterEach, onTestFinished, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Clock } from "../../src/host/clock.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { nodeClock } from "../../src/host/node-clock.ts";
import type { HostOptions } from "../../src/host/options.ts";
import { submitTask } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { ControlMessage, Message } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { faultsOf, messagesIn } from "../host/files.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { quickOrFull } from "../suite-size.ts";
import { Tally } from "./tally.ts";

const CASES = quickOrFull(3, 10);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Of the subtask that hangs, in milliseconds of running time. */
const TIMEOUT = 600;
/** For a machine that has other things to do; the dates here are wrong by ten minutes and more, which no slowness is. */
const SLACK = 120_000;

const FAULTS = ["wrong", "twice", "early", "late", "stuck", "taken over", "inconsistent"] as const;
type Counts = Tally<(typeof FAULTS)[number]>;

/** The date that a host sees, by how long it runs and how many messages its agents have sent. */
type Wall = (elapsed: number, sent: number) => number;

const now = Date.now();
const after = (messages: number, jump: number): Wall => {
  return (elapsed, sent) => now + elapsed + (sent >= messages ? jump : 0);
};

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test(`F11 the date jumps a day ahead: ${CASES} times`, async () => {
  await inAll("the date jumps a day ahead", (n) => [after(1 + (n % 5), DAY)]);
});

test(`F11 the date jumps a day back: ${CASES} times`, async () => {
  await inAll("the date jumps a day back", (n) => [after(1 + (n % 5), -DAY)]);
});

test(`F11 the date stands still: ${CASES} times`, async () => {
  await inAll("the date stands still", (n) => [() => now - n]);
});

test(`F11 summer time begins and ends: ${CASES} times`, async () => {
  process.env.TZ = "Europe/Berlin";
  const spring = Date.parse("2026-03-29T01:00:00Z");
  const autumn = Date.parse("2026-10-25T01:00:00Z");
  await inAll("summer time begins or ends; of half of the machines the clock is set with it", (n) => {
    const [change, hour] = n % 2 === 0 ? [spring, HOUR] : [autumn, -HOUR];
    const isSet = n % 4 >= 2;
    const begins = change - 100 - 50 * n;
    return [(elapsed) => begins + elapsed + (isSet && begins + elapsed >= change ? hour : 0)];
  });
});

test(`F11 the clock of the other host is ahead: ${CASES} times`, async () => {
  await inAll("two hosts, the receiver's date is ahead (10 min to 3 days)", (n) => {
    return [after(0, 0), after(0, n === 0 ? 600_000 : (3 * DAY * n) / CASES)];
  });
});

test(`F11 the clock of the other host is behind: ${CASES} times`, async () => {
  await inAll("two hosts, the receiver's date is behind (10 min to 3 days)", (n) => {
    return [after(0, 0), after(0, n === 0 ? -600_000 : (-3 * DAY * n) / CASES)];
  });
});

/** @param walls one host with that date, or two, of `lead` and of `worker` */
async function inAll(what: string, walls: (n: number) => [Wall] | [Wall, Wall]): Promise<void> {
  const tally: Counts = new Tally(FAULTS);
  await Promise.all(
    Array.from({ length: CASES }, (_, n) =>
      runCase(tally, `${what} ${n}`, walls(n)).catch((error: unknown) =>
        tally.fault("stuck", `${what} ${n}: ${error}`),
      ),
    ),
  );
  tally.record("F11", what, CASES);
}

/** A chain that is paused and goes on, and a subtask that hangs until its time is over. */
async function runCase(tally: Counts, what: string, walls: [Wall] | [Wall, Wall]): Promise<void> {
  const team = await start(walls);
  const { lead, root } = team;
  const chain = await submitTask(lead, "lead", { instructions: "chain" });
  const given = performance.now();
  const hangs = await submitTask(lead, "lead", { instructions: "hang" });

  await until(() => lead.task("lead", chain.task_id)?.subtasks.get("two")?.status === "dispatched");
  await control(team, chain.task_id, "pause");
  await until(() => lead.task("lead", chain.task_id)?.paused === true, "the pause");
  await control(team, chain.task_id, "resume");
  const done = await lead.finished("lead", chain.task_id);
  tally.check(
    "wrong",
    done.text.output === "one two(one) three(two(one))",
    `${what}: ${done.error ?? done.text.output}`,
  );
  tally.add("chains done, paused between");

  const failed = await lead.finished("lead", hangs.task_id);
  const took = team.finishedAt(hangs.task_id) - team.sentAt(hangs.task_id);
  tally.check("wrong", /E_TIMEOUT/.test(failed.error ?? ""), `${what}: ${failed.error}`);
  // From before the work was given: on a busy machine what was sent is heard of late.
  const since = team.finishedAt(hangs.task_id) - given;
  tally.check("early", since >= TIMEOUT, `${what}: after ${since} ms`);
  tally.check("late", took <= TIMEOUT + SLACK, `${what}: after ${took} ms`);
  tally.add(`time-outs of ${TIMEOUT} ms`);
  tally.most("longest time-out, ms", took);

  await claimAgain(tally, what, root, walls);
  await until(
    () => messagesIn(join(root, "lead"), "inbox").size + messagesIn(join(root, "worker"), "inbox").size === 0,
  );
  await team.stop();
  for (const [call, times] of team.calls)
    tally.check("twice", times === 1, `${what}: ${call} ${times} times`);
  const findings = faultsOf(root, ["lead", "worker"]);
  tally.check("inconsistent", findings.length === 0, `${what}: ${JSON.stringify(findings)}`);
}

/** Nobody gets a root because the date says that its host is long gone. */
async function claimAgain(tally: Counts, what: string, root: string, walls: readonly Wall[]): Promise<void> {
  const ports = { clock: { ...nodeClock(), wall: () => Date.now() + 30 * DAY } };
  const agents: HostOptions["agents"] = { lead: { brain: () => "" }, worker: { brain: () => "" } };
  const refused = await createHost({ root, agents, ports }).then(
    async (host) => {
      await host.stop();
      return "none";
    },
    (error: { code?: string }) => error.code,
  );
  const expected = walls.length === 1 ? "E_LOCKED" : "E_OWNED";
  tally.check("taken over", refused === expected, `${what}: ${refused}`);
  tally.add("claims refused");
}

async function start(walls: [Wall] | [Wall, Wall]) {
  const root = tempRoot();
  const calls = new Map<string, number>();
  const count = (call: string) => calls.set(call, (calls.get(call) ?? 0) + 1);
  const lead: BrainFunction = ({ kind, task, results }) => {
    count(`${kind} ${task.task_id}`);
    if (kind === "synthesise") {
      return Object.values(results ?? {})
        .map((result) => result.results)
        .join(" ");
    }
    const to = { agent: "worker", description: "work", depends_on: [] as string[] };
    if (task.instructions === "hang") return { subtasks: { hang: { ...to, timeout: `${TIMEOUT}ms` } } };
    return {
      subtasks: { one: to, two: { ...to, depends_on: ["one"] }, three: { ...to, depends_on: ["two"] } },
    };
  };
  const worker: BrainFunction = async ({ kind, task }, { signal }) => {
    count(`${kind} ${task.task_id}`);
    const id = task.task_id.split(".")[1] ?? "";
    if (id === "hang")
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    // Time for a person to say something meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 60));
    const upstream = /^(?:one|two).*$/m.exec(task.context)?.[0];
    return upstream === undefined ? id : `${id}(${upstream})`;
  };

  let sent = 0;
  const clockOf = (wall: Wall): Clock => {
    const real = nodeClock();
    const begun = real.monotonic();
    return { ...real, wall: () => wall(real.monotonic() - begun, sent) };
  };
  const options: Omit<HostOptions, "ports"> = {
    root,
    durability: "os",
    agents: {
      lead: { brain: lead, peers: ["worker"], concurrency: 4 },
      worker: { brain: worker, concurrency: 4 },
    },
    limits: { brains: 20 },
  };
  const [ofLead, ofWorker] = walls;
  const hosts: Host[] = [];
  if (ofWorker === undefined) hosts.push(await createHost({ ...options, ports: { clock: clockOf(ofLead) } }));
  else {
    hosts.push(await createHost({ ...options, only: ["lead"], ports: { clock: clockOf(ofLead) } }));
    hosts.push(await createHost({ ...options, only: ["worker"], ports: { clock: clockOf(ofWorker) } }));
  }
  const times = new Map<string, number>();
  for (const host of hosts) {
    onTestFinished(() => host.stop());
    host.on((event) => {
      if (event.type === "message:sent") {
        sent++;
        if (event.kind === "task") times.set(`sent ${event.task}`, performance.now());
      }
      if (event.type === "task:finished" && event.agent === "lead")
        times.set(`finished ${event.task}`, performance.now());
    });
    await host.start();
  }
  return {
    root,
    lead: hosts[0] as Host,
    calls,
    sentAt: (task: string) => times.get(`sent ${task}`) ?? Number.NaN,
    finishedAt: (task: string) => times.get(`finished ${task}`) ?? Number.NaN,
    stop: () => Promise.all(hosts.map((host) => host.stop())),
  };
}

/** As a person says it, at the date of the lead's host. */
async function control(
  { root, lead }: { root: string; lead: Host },
  task_id: string,
  kind: ControlMessage["control"],
): Promise<void> {
  const message: Message = {
    clawflow: 2,
    version: 2,
    type: "control",
    control: kind,
    id: `h-${task_id}-${kind}`,
    task_id,
    attempt: 1,
    from: "human",
    to: "lead",
    sent_at: new Date(lead.place("lead").wall).toISOString(),
    body: { text: "" },
  };
  const delivery = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
  await deliverInto(nodeDisk(), join(root, "lead"), delivery, { sync: false });
}
