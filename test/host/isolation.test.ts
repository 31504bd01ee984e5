import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandBrain } from "../../src/brain/command-brain.ts";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { HostEvent } from "../../src/host/events.ts";
import { submitTask } from "../../src/host/submit.ts";
import { noWatch } from "../../src/host/watch.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { faultsOf, filesBelow } from "./files.ts";
import { runTask, startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const echo: BrainFunction = ({ task }) => task.instructions;

test("a listener that throws harms nobody", async () => {
  const host = await startHost({ root: tempRoot(), agents: { a: { brain: echo } } });
  const seen: string[] = [];
  host.on(() => {
    throw new Error("broken listener");
  });
  host.on(({ type }) => seen.push(type));
  expect((await runTask(host, "a", "still")).text.output).toBe("still");
  expect(seen).toContain("task:finished");
});

test("brains that throw, hang, give nothing of use or are not there harm neither the host nor another agent", async () => {
  const cwd = tempRoot();
  const command = (...words: string[]) => ({ brain: commandBrain({ command: words, cwd, agent: "x" }) });
  const host = await startHost({
    root: tempRoot(),
    agents: {
      throws: {
        brain: () => {
          throw new TypeError("not a function");
        },
      },
      odd: { brain: (() => ({ nonsense: 1 })) as never },
      hangs: { brain: () => new Promise<string>(() => {}) },
      missing: command("no-such-program-at-all"),
      crashes: command("node", "-e", "process.kill(process.pid, 'SIGSEGV')"),
      garbage: command("node", "-e", "process.stdout.write(Buffer.from([0xff, 0xfe, 0]))"),
      chatty: command("yes"),
      well: { brain: echo },
    },
  });
  const ids: Record<string, string> = {};
  const bad = ["throws", "odd", "missing", "crashes", "garbage", "chatty"];
  for (const agent of [...bad, "hangs"])
    ids[agent] = (await submitTask(host, agent, { instructions: "x" })).task_id;
  expect((await runTask(host, "well", "fine")).text.output).toBe("fine");
  const errors = await Promise.all(
    bad.map(async (agent) => (await host.finished(agent, ids[agent] ?? "")).error),
  );
  expect(errors).toEqual([
    expect.stringMatching(/^E_BRAIN: .*not a function/),
    expect.stringMatching(/^E_BRAIN_OUTPUT: /),
    expect.stringMatching(/^E_BRAIN_MISSING: .*no-such-program-at-all/),
    expect.stringMatching(/^E_BRAIN: .*SIGSEGV/),
    expect.stringMatching(/^E_BRAIN_OUTPUT: /),
    expect.stringMatching(/^E_BRAIN_OUTPUT: /),
  ]);
  expect(host.error).toBeUndefined();
  expect((await runTask(host, "well", "still fine")).text.output).toBe("still fine");
});

test("an agent whose inbox cannot be read harms no other, is told of, and goes on when it can be", async () => {
  const root = tempRoot();
  const real = nodeDisk();
  let broken = false;
  const list = (path: string) => {
    if (broken && path.includes("/sick/"))
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    return real.list(path);
  };
  const host = await startHost({
    root,
    rescan: 50,
    agents: { sick: { brain: echo }, well: { brain: echo } },
    ports: { disk: { ...real, list } },
  });
  const problems: HostEvent[] = [];
  host.on((event) => event.type === "agent:problem" && problems.push(event));
  broken = true;
  const { task_id } = await submitTask(host, "sick", { instructions: "later" });
  await until(() => problems.length > 0);
  expect(problems[0]).toMatchObject({ agent: "sick", text: expect.stringContaining("EACCES") });
  expect((await runTask(host, "well", "now")).text.output).toBe("now");
  broken = false;
  expect((await host.finished("sick", task_id)).text.output).toBe("later");
});

test("a workspace that vanishes under a running host harms no other", async () => {
  const root = tempRoot();
  const host = await startHost({
    root,
    rescan: 50,
    agents: { gone: { brain: echo }, well: { brain: echo } },
  });
  await runTask(host, "gone", "before");
  rmSync(join(root, "gone"), { recursive: true });
  expect((await runTask(host, "well", "unharmed")).text.output).toBe("unharmed");
  expect(host.error).toBeUndefined();
});

test("local hand-offs wait neither for the watcher nor for the rescan", async () => {
  const root = tempRoot();
  const lead: BrainFunction = ({ kind, results, task }) => {
    if (kind === "synthesise")
      return Object.values(results ?? {})
        .map((result) => result.results)
        .join(" ");
    const next = task.depth < 3 ? "lead" : undefined;
    if (next === undefined) return "deep";
    return {
      subtasks: { a: { agent: task.depth % 2 === 0 ? "other" : "lead", description: "x", depends_on: [] } },
    };
  };
  const host = await startHost({
    root,
    rescan: 3_600_000,
    agents: { lead: { brain: lead, peers: ["other"] }, other: { brain: lead, peers: ["lead"] } },
    ports: { watch: noWatch },
  });
  expect((await runTask(host, "lead", "go")).text.output).toBe("deep");
});

test("a person's text in task.md is kept when the runtime writes over it, and said", async () => {
  const root = tempRoot();
  let answer = () => {};
  const brain: BrainFunction = () => new Promise<string>((resolve) => (answer = () => resolve("done")));
  const host = await startHost({ root, agents: { a: { brain } } });
  const kept: HostEvent[] = [];
  host.on((event) => event.type === "edit:kept" && kept.push(event));
  const { task_id } = await submitTask(host, "a", { instructions: "work" });
  const folder = join(root, "a", "tasks", task_id);
  const path = join(folder, "task.md");
  await until(() => existsSync(path));
  writeFileSync(path, "# what a person wrote, in place\n");
  answer();
  await host.finished("a", task_id);
  await until(() => kept.length > 0);
  await host.stop();
  const rejected = filesBelow(folder).filter((name) => name.startsWith("task.rejected-"));
  expect(rejected).toHaveLength(1);
  expect(readFileSync(join(folder, rejected[0] ?? ""), "utf8")).toBe("# what a person wrote, in place\n");
  expect(readFileSync(join(folder, "task.problem.md"), "utf8")).toContain("task.md was not understood");
  expect(readFileSync(path, "utf8")).toContain("status: done");
  expect(faultsOf(root, ["a"])).toEqual([]);
});
