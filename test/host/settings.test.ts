import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Agent } from "../../src/host/agent.ts";
import { nodeClock } from "../../src/host/node-clock.ts";
import type { TeamOptions } from "../../src/host/options.ts";
import { Outbound } from "../../src/host/outbound.ts";
import { submitTask, taskOfPerson } from "../../src/host/submit.ts";
import { nextTimer } from "../../src/loop/timers.ts";
import { startNotify } from "../../src/notify/start-notify.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { TaskMessage } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import type { NotifyRule } from "../../src/protocol/notify.ts";
import type { Task } from "../../src/protocol/task.ts";
import { agentConfigSchema, limitsSchema, teamSchema } from "../../src/protocol/team.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { runTask, startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

/** Runs one job and gives what of it the setting decides. */
async function job(options: TeamOptions, instructions = "go"): Promise<Readonly<Task>> {
  const host = await startHost({ root: tempRoot(), ...options });
  return await runTask(host, "lead", instructions);
}

const two = {
  first: { agent: "worker", description: "first" },
  second: { agent: "worker", description: "second" },
};
const splitting =
  (subtasks: Record<string, object>): BrainFunction =>
  ({ kind, results }) =>
    kind === "synthesise" ? JSON.stringify(results) : ({ subtasks } as ReturnType<BrainFunction>);

function pair(
  subtasks: Record<string, object>,
  worker: BrainFunction,
  more: Partial<TeamOptions> = {},
): TeamOptions {
  const agents = {
    lead: { brain: splitting(subtasks), peers: ["worker"] },
    worker: { brain: worker, concurrency: 4 },
  };
  return { agents, ...more };
}

/** How many of two subtasks ever ran at once; `may`: as many, so each waits for the other where both may run. */
async function peak(may: number, limits?: TeamOptions["limits"], concurrency = 4): Promise<number> {
  let running = 0;
  let highest = 0;
  const worker: BrainFunction = async () => {
    running++;
    highest = Math.max(highest, running);
    if (may === 2) await until(() => highest === 2);
    else for (let turn = 0; turn < 50; turn++) await new Promise((done) => setImmediate(done));
    running--;
    return "done";
  };
  const team = pair(two, worker, limits === undefined ? {} : { limits });
  await job({ ...team, agents: { ...team.agents, worker: { brain: worker, concurrency } } });
  return highest;
}

/** A task whose brain asks a person, as it stands when it waits. */
async function waitingFor(limits: TeamOptions["limits"]): Promise<Readonly<Task>> {
  const brain: BrainFunction = ({ task }) =>
    task.context.includes("Answer: no") ? "told no" : { ask: "Which?" };
  const host = await startHost({ root: tempRoot(), agents: { lead: { brain } }, ...(limits && { limits }) });
  const { task_id } = await submitTask(host, "lead", { instructions: "go" });
  return await until(() => {
    const task = host.task("lead", task_id);
    return task?.waiting !== undefined || task?.status === "done" ? structuredClone(task) : undefined;
  });
}

/** Whether the time for an answer can be over while one looks. */
async function asked(limits: { answer: string }): Promise<boolean> {
  const { waiting, status } = await waitingFor(limits);
  return status === "done" || (waiting?.due ?? Number.POSITIVE_INFINITY) < 60_000;
}

/** A TASK that no transport takes, looked at after two seconds: was it given up? */
function givenUp(delivery: string): boolean {
  let now = 0;
  const clock = { wall: () => now, monotonic: () => now, after: () => () => {} };
  const agent = { self: { id: "lead" }, workspace: { stored: () => undefined } } as unknown as Agent;
  const outbound = new Outbound({
    clock,
    transports: [],
    limits: limitsSchema.parse({ delivery }),
    running: () => now,
    onProblem: () => {},
    onKept: () => {},
    wake: () => {},
  });
  outbound.add(agent, "far", "task-x-1-000000000000.md", {
    type: "task",
    id: "m",
    task_id: "t",
  } as TaskMessage);
  now = 2000;
  outbound.pump();
  return outbound.takeNews().length > 0;
}

function probeAt(silence: string): number | undefined {
  const subtask = {
    agent: "far",
    status: "dispatched",
    heard: 0,
    depends_on: [],
    description: "",
    attempt: 1,
  };
  const task = { status: "executing", subtasks: new Map([["a", subtask]]) } as unknown as Task;
  const limits = limitsSchema.parse({ silence });
  return nextTimer(
    { id: "lead", peers: [], limits, policy: { on_failure: "fail-fast", max_attempts: 1 } },
    task,
  );
}

const slow: BrainFunction = ({ task }) => new Promise((done) => setTimeout(() => done(task.title), 300));
const context: BrainFunction = ({ task }) =>
  `${task.context.includes("LONG")} ${task.attachments?.length ?? 0}`;
const chained = {
  first: { agent: "worker", description: "LONG" },
  second: { agent: "reader", description: "read", depends_on: ["first"] },
};
const reading = (limits: object): TeamOptions => ({
  limits,
  agents: {
    lead: { brain: splitting(chained), peers: ["*"] },
    worker: { brain: () => "LONG LONG" },
    reader: { brain: context },
  },
});
const failOnce = (passing: boolean): BrainFunction => {
  let calls = 0;
  return () => (calls++ === 0 ? { error: "E_BRAIN: not now", ...(passing ? { passing } : {}) } : "at last");
};

/** For every key: what one value gives and what another one does. */
const LIMITS: Record<string, () => Promise<[unknown, unknown]>> = {
  answer: async () => [await asked({ answer: "50ms" }), await asked({ answer: "1h" })],
  reminder: async () => [
    (await waitingFor({ reminder: "1h" })).waiting?.remind,
    (await waitingFor({ reminder: "0s" })).waiting?.remind,
  ],
  depth: async () => [
    (await job(pair(two, () => "ok", { limits: { depth: 0 } }))).error?.slice(0, 7),
    (await job(pair(two, () => "ok", { limits: { depth: 1 } }))).error,
  ],
  subtasks: async () => [
    (await job(pair(two, () => "ok", { limits: { subtasks: 1 } }))).error?.slice(0, 7),
    (await job(pair(two, () => "ok", { limits: { subtasks: 2 } }))).error,
  ],
  concurrency: async () => [await peak(1, { concurrency: 1 }), await peak(2, { concurrency: 2 })],
  brains: async () => [await peak(1, { brains: 1 }), await peak(2, { brains: 2 })],
  message_bytes: async () => {
    const read = async (message_bytes: number) => {
      const host = await startHost({
        root: tempRoot(),
        limits: { message_bytes },
        agents: { lead: { brain: () => "ok" } },
      });
      const dead = new Promise((resolve) =>
        host.on((event) => event.type === "message:dead" && resolve(event.code)),
      );
      const message = taskOfPerson("lead", { instructions: "x".repeat(3000) }, new Date().toISOString());
      const { disk, directory } = host.place("lead");
      const letter = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
      await deliverInto(disk, directory, letter, { sync: true });
      host.look("lead");
      const done = host.finished("lead", message.task_id).then((task) => task.status);
      return await Promise.race([dead, done]);
    };
    return [await read(1024), await read(8192)];
  },
  context_bytes: async () => [
    (await job(reading({ context_bytes: 0 }))).subtasks.get("second")?.results,
    (await job(reading({ context_bytes: 1000 }))).subtasks.get("second")?.results,
  ],
  timeout: async () => [
    (await job(pair(two, slow, { limits: { timeout: "50ms" } }))).status,
    (await job(pair(two, slow, { limits: { timeout: "1m" } }))).status,
  ],
  silence: async () => [probeAt("1m"), probeAt("2m")],
  delivery: async () => [givenUp("1s"), givenUp("1h")],
  retries: async () => [
    (await job({ limits: { retries: 0 }, agents: { lead: { brain: failOnce(true) } } })).status,
    (await job({ limits: { retries: 1 }, agents: { lead: { brain: failOnce(true) } } })).status,
  ],
};

const TEAM: Record<string, () => Promise<[unknown, unknown]>> = {
  agents: async () => [
    (await job({ agents: { lead: { brain: () => "a" } } })).text.output,
    (await job({ agents: { lead: { brain: () => "b" } } })).text.output,
  ],
  limits: async () => ["each has its own row", undefined],
  policy: async () => {
    const failing: BrainFunction = ({ task }) => (task.title === "first" ? { error: "no" } : "ok");
    const first = (await job(pair(two, failing, { policy: { on_failure: "fail-fast" } }))).status;
    const other = (await job(pair(two, failing, { policy: { on_failure: "continue" } }))).status;
    expect((await job(pair(two, failOnce(false), { policy: { max_attempts: 2 } }))).status).toBe("done");
    return [first, other];
  },
  durability: async () => {
    const syncs = async (durability: "full" | "os") => {
      const host = await startHost({ root: tempRoot(), durability, agents: { lead: { brain: () => "ok" } } });
      await runTask(host, "lead", "go");
      return host.syncs > 0;
    };
    return [await syncs("full"), await syncs("os")];
  },
  notify: async () => {
    const tells = async (...rules: NotifyRule[]) => {
      const root = tempRoot();
      const host = await startHost({ root, agents: { lead: { brain: () => "ok" } } });
      const told: string[] = [];
      const notify = await startNotify(host, {
        rules,
        disk: nodeDisk(),
        clock: nodeClock(),
        root,
        hostDirectory: join(root, ".clawflow"),
        agents: new Map([["lead", join(root, "lead")]]),
        view: {},
        delivers: { command: async (_, { headline }) => void told.push(headline) },
        onProblem: (text) => told.push(text),
      });
      await runTask(host, "lead", "go");
      await notify.stop();
      return told.length;
    };
    const rule = { on: ["finished" as const], to: { command: ["tell"], timeout: "10s" } };
    return [await tells(), await tells(rule)];
  },
};

const told: BrainFunction = ({ peers }) => peers.map((peer) => peer.description).join();
const AGENT: Record<string, () => Promise<[unknown, unknown]>> = {
  description: async () => {
    const hear = (description: string) =>
      job({ agents: { lead: { brain: told, peers: ["*"] }, other: { brain: () => "", description } } });
    return [(await hear("one")).text.output, (await hear("two")).text.output];
  },
  peers: async () => {
    const reach = (peers: string[]) =>
      job({
        agents: {
          lead: { brain: ({ peers: known }) => `${known.length} known`, peers },
          other: { brain: () => "" },
        },
      });
    return [(await reach([])).text.output, (await reach(["other"])).text.output];
  },
  brain: async () => ["shown by `agents`", undefined],
  concurrency: async () => [await peak(1, undefined, 1), await peak(2, undefined, 2)],
  workspace: async () => {
    const root = tempRoot();
    const place = join(root, "elsewhere");
    const host = await startHost({
      root: join(root, "root"),
      agents: { lead: { brain: () => "ok", workspace: place } },
    });
    await runTask(host, "lead", "go");
    return [existsSync(join(place, "mailbox")), existsSync(join(root, "root", "lead"))];
  },
  protocol: async () => {
    const hear = async (protocol: 1 | 2) => {
      const agents = {
        lead: { brain: splitting({ only: two.first }), peers: ["worker"] },
        worker: { brain: (({ task }) => `depth ${task.depth}`) as BrainFunction, protocol },
      };
      return (await job({ agents })).subtasks.get("only")?.results;
    };
    return [await hear(1), await hear(2)];
  },
};

describe.each([
  ["limits", limitsSchema, LIMITS],
  ["an agent", agentConfigSchema, AGENT],
  ["the team file", teamSchema, TEAM],
] as const)("settings of %s", (_what, schema, rows) => {
  test("every key has a row here", () => {
    expect(Object.keys(rows).sort()).toEqual(Object.keys(schema.shape).sort());
  });
  test.each(Object.entries(rows))("%s changes what happens", async (_key, run) => {
    const [one, other] = await run();
    expect(one).not.toEqual(other);
  });
});
