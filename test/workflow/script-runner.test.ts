import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostOptions } from "../../src/host/options.ts";
import { submitTask } from "../../src/host/submit.ts";
import { formatEdit } from "../../src/protocol/edit-body.ts";
import type { Script } from "../../src/protocol/script.ts";
import { scriptHash } from "../../src/protocol/script-hash.ts";
import { sandboxInWorker } from "../../src/script/start-sandbox.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { standingOfTask } from "../../src/view/standing.ts";
import { taskTree } from "../../src/view/task-tree.ts";
import { why } from "../../src/view/why/why.ts";
import { returnedValue } from "../../src/workflow/script-answer.ts";
import { scriptRunner } from "../../src/workflow/script-runner.ts";
import { faultsOf } from "../host/files.ts";
import { post } from "../host/post.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { control } from "../loop/letters.ts";
import { builtWorker } from "../script/built-worker.ts";

let startSandbox: ReturnType<typeof sandboxInWorker>;
beforeAll(async () => {
  startSandbox = sandboxInWorker(await builtWorker());
});

function teamWith(root: string, worker: BrainFunction, over: Partial<HostOptions> = {}): HostOptions {
  const agents = {
    lead: { brain: () => "of my own", peers: ["worker"] },
    worker: { brain: worker, concurrency: 8 },
  };
  return { root, agents, durability: "os", ports: { scripts: scriptRunner({ startSandbox }) }, ...over };
}

function approved(program: string, script: Partial<Script> = {}): Script {
  const whole = { now: 1_700_000_000_000, seed: "s", ...script };
  return { ...whole, approved: scriptHash(program, whole, undefined) };
}

async function run(host: Host, program: string, script: Partial<Script> = {}) {
  const { task_id } = await submitTask(host, "lead", {
    instructions: program,
    script: approved(program, script),
  });
  return await host.finished("lead", task_id);
}

const REVIEW = `
const names = await agent("list", {agent: "worker", schema: {type: "array", items: {type: "string"}}});
const reviewed = await pipeline(names,
  (name) => agent("read " + name, {agent: "worker", label: "read-" + name, phase: "read"}),
  (text, name) => agent("check " + text, {agent: "worker", attempts: 1}));
return {reviewed, lost: reviewed.filter((one) => one === null).length, said: await agent("and you?"), of: args.of};
`;

const reviewer: BrainFunction = ({ task: { instructions: prompt } }) => {
  if (prompt === "list") return '["a","b","c"]';
  if (prompt.includes("check of b")) throw new Error("b cannot be checked");
  return prompt.startsWith("read ") ? `of ${prompt.slice(5)}` : `ok ${prompt.slice(6)}`;
};

test("a script over real agents: a schema, a pipeline, one that fails, its owner's own brain, its arguments", async () => {
  const root = tempRoot();
  const host = await startHost(teamWith(root, reviewer));
  const task = await run(host, REVIEW, { args: '{"of":"today"}' });
  expect(task.status, task.error).toBe("done");
  expect(JSON.parse(returnedValue(task.text.output))).toEqual({
    reviewed: ["ok of a", null, "ok of c"],
    lost: 1,
    said: "of my own",
    of: "today",
  });
  expect(task.text.output).toMatch(/### Calls that failed\n\n- .*\(worker\).*b cannot be checked/);
  expect([...task.subtasks.keys()].filter((id) => id.startsWith("read-"))).toHaveLength(3);
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("what a script made of JSON and files do not keep, NUL, is U+FFFD for who is asked as in the files", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  const host = await startHost(
    teamWith(root, ({ task: { instructions } }) => {
      asked.push(instructions);
      return asked.length === 1 ? '{"name":"a\\u0000b"}' : "read";
    }),
  );
  const program = `
const {name} = await agent("name one", {agent: "worker", schema: {type: "object"}});
return await agent("read " + name, {agent: "worker", label: "of " + name});`;
  const task = await run(host, program);
  expect(task.status, task.error).toBe("done");
  expect(asked[1]).toBe("read a\ufffdb");
  expect([...task.subtasks.values()][1]).toMatchObject({
    instructions: "read a\ufffdb",
    description: "of a\ufffdb",
  });
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("an answer that does not fit the schema goes back to the same agent with the reason", async () => {
  const asked: string[] = [];
  const worker: BrainFunction = ({ task }) => {
    asked.push(`${task.instructions} / ${task.context}`);
    return asked.length === 1 ? "seven" : "```json\n7\n```";
  };
  const host = await startHost(teamWith(tempRoot(), worker));
  const program = `return 1 + await agent("how many?", {agent: "worker", schema: {type: "integer"}});`;
  const task = await run(host, program);
  expect(task.text.output).toBe("8");
  expect(asked).toEqual(["how many? / ", expect.stringMatching(/^how many\? \/ .*seven/s)]);
  await host.stop();
});

test("after a restart in the middle everything that was answered stays answered, and the value is the same", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  let begun = 0;
  let hold = true;
  const worker: BrainFunction = async (question, tools) => {
    const prompt = question.task.instructions;
    if (prompt.startsWith("check")) begun++;
    if (hold && prompt.startsWith("check"))
      await new Promise((resolve) => tools.signal.addEventListener("abort", resolve));
    asked.push(prompt);
    return reviewer(question, tools);
  };
  const first = await startHost(teamWith(root, worker));
  const { task_id } = await submitTask(first, "lead", {
    instructions: REVIEW,
    script: approved(REVIEW, { args: '{"of":"today"}' }),
  });
  await until(() => begun === 3 || undefined, "the first stage to be over");
  await first.stop();
  hold = false;
  asked.length = 0;
  const second = await startHost(teamWith(root, worker));
  const task = await second.finished("lead", task_id);
  expect(JSON.parse(returnedValue(task.text.output))).toMatchObject({
    reviewed: ["ok of a", null, "ok of c"],
  });
  expect(asked.sort()).toEqual(["check of a", "check of b", "check of c"]);
  await second.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("a program that is none, that throws, that never ends, that computes for ever: the task fails with the reason", async () => {
  const host = await startHost(teamWith(tempRoot(), reviewer));
  const errorOf = async (program: string, script: Partial<Script> = {}) =>
    (await run(host, program, script)).error;
  expect(await errorOf(`return await (`)).toMatch(/^E_SCRIPT: .*line 1/s);
  expect(await errorOf(`\nthrow new Error("of no use")`)).toMatch(/of no use.*line 2/s);
  expect(await errorOf(`await new Promise(() => {})`)).toMatch(/waits for something that never happens/);
  expect(await errorOf(`for (;;);`, { compute: 200 })).toMatch(/^E_TIMEOUT/);
  await host.stop();
});

test("an agent that the script may not use is refused, not null", async () => {
  const host = await startHost(teamWith(tempRoot(), reviewer));
  const task = await run(host, `return await parallel([() => agent("x", {agent: "nobody"})]);`);
  expect(task).toMatchObject({ status: "failed", error: expect.stringContaining("E_UNKNOWN_AGENT") });
  await host.stop();
});

test("a run that waits is said to wait for what it called, and `why` names that", async () => {
  const root = tempRoot();
  const worker: BrainFunction = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const host = await startHost(teamWith(root, worker));
  const program = `return await agent("hang", {agent: "worker", label: "slow"});`;
  const { task_id } = await submitTask(host, "lead", { instructions: program, script: approved(program) });
  await until(
    () => [...(host.task("lead", task_id)?.subtasks.values() ?? [])][0]?.status === "dispatched",
    "the call",
  );
  const agents = new Map(["lead", "worker"].map((agent) => [agent, join(root, agent)]));
  const view = () => openRoot(nodeDisk(), agents);
  const task = await until(() => {
    const found = view().task("lead", task_id);
    return found?.subtasks.size === 1 &&
      view().task("worker", `${task_id}.${[...found.subtasks.keys()][0]}`) !== undefined
      ? found
      : undefined;
  }, "the files of the call");
  expect(standingOfTask(view(), "lead", task)).toMatchObject({ state: "waiting", for: "worker" });
  expect(why(view(), "lead", task, Date.now()).hold).toMatchObject({ agent: "worker", cause: "brain" });
});

const STEPS = `
const first = await parallel([() => agent("write", {agent: "worker"}), () => agent("beside", {agent: "worker"})]);
return [...first, await agent("check", {agent: "worker"}), await agent("by itself", {agent: "worker"})];`;

test("what follows from a call that is made anew is made anew as well, though it asks the same; what is beside it is not", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  const worker: BrainFunction = ({ task: { instructions: prompt } }) => {
    asked.push(prompt);
    const times = asked.filter((one) => one === prompt).length;
    if ((prompt === "write" || prompt === "by itself") && times === 1) throw new Error("no luck");
    return `${prompt} ${times}`;
  };
  const host = await startHost(teamWith(root, worker));
  const { task_id } = await submitTask(host, "lead", { instructions: STEPS, script: approved(STEPS) });
  expect((await host.finished("lead", task_id)).status).toBe("failed");
  await post(root, { ...control("retry", { task_id }), id: "h-retry" });
  const again = await until(() => doneTask(host, task_id), "the second run");
  expect(JSON.parse(returnedValue(again.text.output))).toEqual([
    "write 2",
    "beside 1",
    "check 2",
    "by itself 2",
  ]);
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("another text of a script goes on with what is unchanged, and is not said to do otherwise than before", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  const worker: BrainFunction = ({ task: { instructions: prompt } }) => {
    asked.push(prompt);
    if (prompt === "by itself") throw new Error("no luck");
    return `${prompt} ${asked.filter((one) => one === prompt).length}`;
  };
  const host = await startHost(teamWith(root, worker));
  const { task_id } = await submitTask(host, "lead", { instructions: STEPS, script: approved(STEPS) });
  expect((await host.finished("lead", task_id)).status).toBe("failed");
  const other = STEPS.replace('"write"', '"write it"').replace('"by itself"', '"with help"');
  await post(root, edit(task_id, { instructions: other }, "h-edit"));
  await until(() => host.task("lead", task_id)?.waiting?.for === "approval" || undefined, "the question");
  await post(root, { ...control("approve", { task_id }), id: "h-approve" });
  const again = await until(() => doneTask(host, task_id), "the second run");
  expect(again.text.output).toBe(
    JSON.stringify(["write it 1", "beside 1", "check 2", "with help 1"], null, 2),
  );
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("a person who raises the budget has approved the script with it: it goes on, and sees the new budget", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  const worker: BrainFunction = ({ task: { instructions: prompt } }) => {
    asked.push(prompt);
    return { results: prompt, used: { tokens: 40 } };
  };
  const host = await startHost(teamWith(root, worker));
  const program = `for (const n of [1, 2, 3, 4]) await agent("part " + n, {agent: "worker"}); return budget.total;`;
  const budget = { tokens: 100 };
  const plain = { now: 0, seed: "s" };
  const script = { ...plain, approved: scriptHash(program, plain, budget) };
  const { task_id } = await submitTask(host, "lead", { instructions: program, script, budget });
  expect((await host.finished("lead", task_id)).error).toMatch(/E_BUDGET/);
  const before = asked.length;
  await post(root, edit(task_id, { budget: { tokens: 1000 } }, "h-budget"));
  const again = await until(() => doneTask(host, task_id), "the second run");
  expect(again.text.output).toBe("1000");
  expect(asked.slice(before)).not.toContain("part 1");
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

test("the budget raised while it runs is seen by the program; with another text it waits for approval again", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  let go = false;
  const worker: BrainFunction = async ({ task: { instructions: prompt } }) => {
    asked.push(prompt);
    await until(() => go || undefined, "the test");
    return prompt;
  };
  const host = await startHost(teamWith(root, worker));
  const program = `await agent("one", {agent: "worker"}); return budget.total;`;
  const budget = { tokens: 100 };
  const plain = { now: 0, seed: "s" };
  const script = { ...plain, approved: scriptHash(program, plain, budget) };
  const { task_id } = await submitTask(host, "lead", { instructions: program, script, budget });
  await until(() => asked.length === 1 || undefined, "the call");
  await post(root, edit(task_id, { budget: { tokens: 1000 } }, "h-budget"));
  await until(() => host.task("lead", task_id)?.budget?.tokens === 1000 || undefined, "the budget");
  expect(host.task("lead", task_id)).toMatchObject({ status: "executing" });
  await post(root, edit(task_id, { budget: { tokens: 2000 }, instructions: `${program} // more` }, "h-text"));
  await until(() => host.task("lead", task_id)?.waiting?.for === "approval" || undefined, "the question");
  await post(root, edit(task_id, { instructions: program }, "h-back"));
  await until(() => host.task("lead", task_id)?.text.instructions === program || undefined, "the first text");
  await post(root, { ...control("approve", { task_id }), id: "h-approve" });
  go = true;
  expect((await host.finished("lead", task_id)).text.output).toBe("2000");
  expect(asked).toEqual(["one"]);
  await host.stop();
});

const COUNT = `
const counted = await parallel([
  async () => {
    const n = await agent("how many?", {agent: "worker", label: "count", schema: {type: "integer"}});
    return n + " " + await agent("of what?", {agent: "worker", label: "what"});
  },
  () => agent("beside", {agent: "worker"})]);
if (args.strict && counted[0] === null) throw new Error("not counted");
return counted;`;

/** Answers by prompts that say how often, with no number before the fourth. */
function counter(asked: string[]): BrainFunction {
  return ({ task: { instructions: prompt } }) => {
    asked.push(prompt);
    const times = asked.filter((one) => one === prompt).length;
    if (prompt !== "how many?") return `${prompt} ${times}`;
    return times < 4 ? "many" : String(times);
  };
}

test.each([true, false])(
  "a call none of whose answers fits is asked anew from its first round when the run is resumed; what is beside it is not (throws: %s)",
  async (strict) => {
    const root = tempRoot();
    const asked: string[] = [];
    const host = await startHost(teamWith(root, counter(asked)));
    const script = approved(COUNT, { args: JSON.stringify({ strict }) });
    const { task_id } = await submitTask(host, "lead", { instructions: COUNT, script });
    const ended = await host.finished("lead", task_id);
    expect(ended.status).toBe(strict ? "failed" : "done");
    const [first, second, last] = [...ended.subtasks].filter(([id]) => id.startsWith("count-"));
    expect([first, second].map((one) => one?.[1].call?.unfit)).toEqual([undefined, undefined]);
    expect(last?.[1]).toMatchObject({
      status: "done",
      call: { round: 3, unfit: expect.stringMatching(/^E_BRAIN_OUTPUT: after 3 answers .*not valid JSON/) },
    });
    expect(asked.filter((prompt) => prompt === "how many?")).toHaveLength(3);
    await host.stop();
    // A program that is run again finds the same, and nobody is asked.
    const view = openRoot(nodeDisk(), new Map(["lead", "worker"].map((agent) => [agent, join(root, agent)])));
    const found = view.task("lead", task_id);
    const node = found && taskTree(view, "lead", found).children.find(({ subtask }) => subtask === last?.[0]);
    expect(node).toMatchObject({
      status: "done",
      standing: { state: "finished", status: "unfit" },
      error: expect.stringMatching(/not valid JSON/),
    });
    expect(found && why(view, "lead", found, Date.now(), last?.[0]).hold).toMatchObject({
      cause: "failed",
      what: expect.stringMatching(/not valid JSON/),
      command: `clawflow retry ${strict ? task_id : `${task_id}/${last?.[0]}`}`,
    });
    const again = await startHost(teamWith(root, counter(asked)));
    await post(root, { ...control("retry", { task_id }), id: "h-retry" });
    const task = await until(() => {
      const now = again.task("lead", task_id);
      return now?.status === "done" && now.rev > ended.rev + 2 ? now : undefined;
    }, "the second run");
    expect(JSON.parse(returnedValue(task.text.output))).toEqual(["4 of what? 1", "beside 1"]);
    expect(asked.filter((prompt) => prompt === "how many?")).toHaveLength(4);
    expect([...task.subtasks.keys()].filter((id) => id.startsWith("count-"))).toEqual([first?.[0]]);
    await again.stop();
    expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
  },
);

test("one call of a run that has ended, named by a person, is asked anew with what follows from it", async () => {
  const root = tempRoot();
  const asked: string[] = [];
  const host = await startHost(teamWith(root, counter(asked)));
  const { task_id } = await submitTask(host, "lead", { instructions: STEPS, script: approved(STEPS) });
  const { rev, subtasks } = await host.finished("lead", task_id);
  const check = [...subtasks].find(([, { instructions }]) => instructions === "check")?.[0] ?? "";
  await post(root, { ...control("retry", { task_id, subtask_id: check }), id: "h-retry" });
  const task = await until(() => {
    const now = host.task("lead", task_id);
    return now?.status === "done" && now.rev > rev + 2 ? now : undefined;
  }, "the second run");
  expect(JSON.parse(returnedValue(task.text.output))).toEqual([
    "write 1",
    "beside 1",
    "check 2",
    "by itself 2",
  ]);
  await host.stop();
  expect(faultsOf(root, ["lead", "worker"])).toEqual([]);
});

function edit(task_id: string, what: Parameters<typeof formatEdit>[0], id: string) {
  return { ...control("edit", { task_id }), id, body: { text: formatEdit(what) } };
}

function doneTask(host: Host, task_id: string) {
  const task = host.task("lead", task_id);
  return task?.status === "done" ? task : undefined;
}
