import { expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Agent } from "../../src/host/agent.ts";
import { Events } from "../../src/host/events.ts";
import type { HostOptions } from "../../src/host/options.ts";
import { type ScriptRun, type ScriptRunner, Scripts } from "../../src/host/scripts.ts";
import { submitTask } from "../../src/host/submit.ts";
import type { Script } from "../../src/protocol/script.ts";
import { scriptHash } from "../../src/protocol/script-hash.ts";
import type { Subtask } from "../../src/protocol/task.ts";
import { control } from "../loop/letters.ts";
import { faultsOf } from "./files.ts";
import { post } from "./post.ts";
import { startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const PROGRAM = "three calls";
const SCRIPT: Script = { now: 0, seed: "s" };
const APPROVED: Script = { ...SCRIPT, approved: scriptHash(PROGRAM, SCRIPT, undefined) };

/** A program in place of one that is read: each call by its id, agent and prompt. */
type Program = (
  call: (id: string, agent: string, prompt: string) => Promise<string | null>,
) => Promise<string>;

function runner(program: Program): ScriptRunner & { runs: number } {
  return {
    runs: 0,
    async run(run: ScriptRun) {
      this.runs++;
      const call = async (id: string, agent: string, prompt: string) => {
        const planned = {
          agent,
          description: prompt,
          depends_on: [],
          call: { path: id, options: "", hash: prompt },
        };
        const subtask = await run.call(id, planned);
        return subtask?.status === "done" ? (subtask.results ?? "") : null;
      };
      return { results: await program(call) };
    },
  };
}

const threeCalls: Program = async (call) => {
  const first = await call("first", "worker", "one");
  const both = await Promise.all([call("left", "worker", `${first} two`), call("right", "self", "three")]);
  return [first, ...both].join(" | ");
};

const asked: string[] = [];
const echo: BrainFunction = ({ task }) => {
  asked.push(task.instructions);
  return `did ${task.instructions}`;
};

function teamWith(root: string, scripts: ScriptRunner, worker: BrainFunction = echo): HostOptions {
  const agents = { lead: { brain: echo, peers: ["worker"] }, worker: { brain: worker, concurrency: 4 } };
  return { root, agents, durability: "os", ports: { scripts } };
}

test("an approved script runs: its calls are subtasks of peers and of its own, its value the answer", async () => {
  const root = tempRoot();
  const host = await startHost(teamWith(root, runner(threeCalls)));
  const { task_id } = await submitTask(host, "lead", { instructions: PROGRAM, script: APPROVED });
  const task = await host.finished("lead", task_id);
  expect(task.text.output).toBe("did one | did did one two | did three");
  expect([...task.subtasks].map(([id, { agent, status }]) => [id, agent, status])).toEqual([
    ["first", "worker", "done"],
    ["left", "worker", "done"],
    ["right", "self", "done"],
  ]);
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("nothing is called before a person approves the script; it names whom it may use, and another text needs another approval", async () => {
  const root = tempRoot();
  const scripts = runner(threeCalls);
  const host = await startHost(teamWith(root, scripts));
  const { task_id } = await submitTask(host, "lead", { instructions: PROGRAM, script: SCRIPT });
  const waiting = await until(() => host.task("lead", task_id)?.waiting, "the wait for an approval");
  expect(waiting).toMatchObject({ for: "approval", text: expect.stringContaining("worker") });
  expect(host.task("lead", task_id)?.script?.agents).toEqual(["worker"]);
  const edit = control("edit", { task_id, text: "instructions: four calls\n" });
  await post(root, { ...edit, id: "h-edit" });
  await until(() => host.task("lead", task_id)?.waiting?.plan !== waiting.plan || undefined, "another hash");
  await post(root, { ...control("approve", { task_id }), id: "h-old", plan: waiting.plan ?? "" });
  await until(() => host.task("lead", task_id)?.waiting, "it still waits");
  expect(scripts.runs).toBe(0);
  await post(root, { ...control("approve", { task_id }), id: "h-new" });
  expect((await host.finished("lead", task_id)).status).toBe("done");
  await host.stop();
});

test("a script that is rejected calls nobody", async () => {
  const root = tempRoot();
  const scripts = runner(threeCalls);
  const host = await startHost(teamWith(root, scripts));
  const { task_id } = await submitTask(host, "lead", { instructions: PROGRAM, script: SCRIPT });
  await until(() => host.task("lead", task_id)?.waiting, "the wait for an approval");
  await post(root, { ...control("reject", { task_id, text: "too dear" }), id: "h-no" });
  const task = await host.finished("lead", task_id);
  expect(task).toMatchObject({ status: "failed", error: expect.stringContaining("too dear") });
  expect(scripts.runs).toBe(0);
  expect(task.subtasks.size).toBe(0);
  await host.stop();
});

test("after a restart the program runs again from the top, and nothing that was answered is asked again", async () => {
  const root = tempRoot();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const begun: string[] = [];
  const slow: BrainFunction = async ({ task }, { signal }) => {
    begun.push(task.instructions);
    if (task.instructions !== "one")
      await Promise.race([held, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
    return `did ${task.instructions}`;
  };
  const first = await startHost(teamWith(root, runner(threeCalls), slow));
  const { task_id } = await submitTask(first, "lead", { instructions: PROGRAM, script: APPROVED });
  await until(() => begun.length === 2 || undefined, "the second call to be under way");
  await first.stop();
  release();
  const again = runner(threeCalls);
  const second = await startHost(teamWith(root, again, slow));
  const task = await second.finished("lead", task_id);
  expect(task.text.output).toBe("did one | did did one two | did three");
  expect(begun.filter((prompt) => prompt === "one")).toHaveLength(1);
  expect([...task.subtasks.values()].map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  expect(again.runs).toBe(1);
  await second.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("a failed call is null to the program, and is made anew when the script is retried; what was done is not", async () => {
  const root = tempRoot();
  const tried: string[] = [];
  const fails: BrainFunction = ({ task }) => {
    tried.push(task.instructions);
    if (task.instructions === "bad" && tried.filter((prompt) => prompt === "bad").length === 1)
      throw new Error("no luck");
    return `did ${task.instructions}`;
  };
  const program: Program = async (call) => {
    const values = [await call("a", "worker", "good"), await call("b", "worker", "bad")];
    if (values.includes(null)) throw new Error("one is missing");
    return values.join(" | ");
  };
  const host = await startHost(teamWith(root, runner(program), fails));
  const script = { ...SCRIPT, approved: scriptHash("p", SCRIPT, undefined) };
  const { task_id } = await submitTask(host, "lead", { instructions: "p", script });
  expect(await host.finished("lead", task_id)).toMatchObject({ status: "failed" });
  await post(root, { ...control("retry", { task_id }), id: "h-retry" });
  const done = await until(() => {
    const task = host.task("lead", task_id);
    return task?.status === "done" ? task : undefined;
  }, "the end of the second run");
  expect(done.text.output).toBe("did good | did bad");
  expect(tried).toEqual(["good", "bad", "bad"]);
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("work of an agent cannot be a script, and a host without a runner says so", async () => {
  const root = tempRoot();
  const host = await startHost({ root, agents: { lead: { brain: echo } }, durability: "os" });
  const { task_id } = await submitTask(host, "lead", { instructions: PROGRAM, script: APPROVED });
  expect(await host.finished("lead", task_id)).toMatchObject({
    status: "failed",
    error: expect.stringContaining("E_UNSUPPORTED"),
  });
  await host.stop();
});

test("of two calls that ended in one commit the script hears in the order that a run of it again finds in the files", async () => {
  const subtasks = new Map<string, Partial<Subtask>>();
  const agent = { self: { id: "lead" }, workspace: { task: () => ({ subtasks }) }, news: [] };
  const heard: string[] = [];
  const program = runner(async (call) => {
    const both = ["left", "right"].map(async (id) => {
      await call(id, "worker", id);
      heard.push(id);
    });
    await Promise.all(both);
    return heard.join();
  });
  const scripts = new Scripts({ runner: program, events: new Events(), wake: () => {}, resultBytes: 1000 });
  scripts.start(agent as unknown as Agent, { task: "t", question: "q" });
  await until(() => agent.news.length === 2);
  for (const [id, ended] of [
    ["left", 7],
    ["right", 6],
  ] as const)
    subtasks.set(id, { status: "done", results: "", call: { path: id, options: "", hash: id, ended } });
  scripts.changed(agent as unknown as Agent, "t");
  await until(() => heard.length === 2);
  expect(heard).toEqual(["right", "left"]);
  await scripts.close();
});
