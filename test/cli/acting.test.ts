import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, expectVerified, json, MAIN, run, start, TEAM, until, writeFiles } from "./cli.ts";

beforeAll(ensureBuilt, 120_000);

/** A team whose host runs until the test is over. */
async function hosted(files = TEAM): Promise<string> {
  const cwd = tempRoot();
  writeFiles(cwd, files);
  const host = start(["up"], { cwd });
  onTestFinished(async () => {
    host.kill("SIGTERM");
    await host;
  });
  await until(async () => (await json(["status"], { cwd })).hosts.length === 1 || undefined);
  return cwd;
}

async function send(cwd: string, text: string): Promise<string> {
  return (await json(["send", "lead"], { cwd, input: text })).task_id;
}

const statusOf = (cwd: string, id: string) => json(["status", id], { cwd });
const becomes = (cwd: string, id: string, status: string) =>
  until(async () => (await statusOf(cwd, id)).status === status || undefined);
const dispatched = (cwd: string, id: string) =>
  until(async () => (await statusOf(cwd, id)).subtasks?.[0]?.standing.state === "working" || undefined);

test("cancel ends a task and what is below it", async () => {
  const cwd = await hosted();
  const id = await send(cwd, "wait go");
  await dispatched(cwd, id);
  const acted = await json(["cancel", id, "not needed"], { cwd });
  expect(acted).toMatchObject({ agent: "lead", task_id: id });
  await becomes(cwd, id, "cancelled");
  await becomes(cwd, `${id}.part-1`, "cancelled");
  expect((await run(["show", id], { cwd })).out).toContain("not needed");
  await expectVerified(cwd);
});

test("a person's results for a subtask are taken, and the work goes on with them", async () => {
  const cwd = await hosted();
  const id = await send(cwd, "wait go\nsay two");
  await dispatched(cwd, id);
  await run(["done", `${id}/part-1`, "-"], { cwd, input: "by hand" });
  await becomes(cwd, id, "done");
  expect((await run(["show", id], { cwd })).out).toContain("Answer\nby hand\ntwo");
  await expectVerified(cwd);
});

test("retry does a failed subtask again", async () => {
  const cwd = await hosted({
    ...TEAM,
    "worker.mjs": `import { existsSync } from "node:fs";
if (!existsSync("mended")) { console.error("broken"); process.exit(1); }
console.log(JSON.stringify({ results: "whole" }));
`,
  });
  const id = await send(cwd, "try");
  await becomes(cwd, id, "failed");
  writeFileSync(join(cwd, "mended"), "");
  await run(["retry", id], { cwd });
  await becomes(cwd, id, "done");
  expect((await statusOf(cwd, id)).subtasks[0]).toMatchObject({
    status: "done",
    attempt: 2,
    summary: "whole",
  });
  await expectVerified(cwd);
});

test("a person answers in place of a brain: plan, fail", async () => {
  const cwd = await hosted({ ...TEAM, "lead.mjs": "setInterval(() => {}, 1000);\n" });
  const id = await send(cwd, "anything");
  await until(async () => (await statusOf(cwd, id)).standing?.state === "working" || undefined);
  const plan = { subtasks: { only: { agent: "worker", description: "say planned" } } };
  expect((await run(["plan", id, "-"], { cwd, input: JSON.stringify(plan) })).code).toBe(0);
  await becomes(cwd, id, "aggregating");
  await run(["fail", id, "--error", "enough of it"], { cwd });
  await becomes(cwd, id, "failed");
  expect((await statusOf(cwd, id)).error).toContain("enough of it");
  expect((await statusOf(cwd, id)).subtasks[0]).toMatchObject({ subtask: "only", status: "done" });
  const wrong = await run(["plan", id, "-"], { cwd, input: '{"subtasks": {"a": {"agnet": "x"}}}' });
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("agnet");
  await expectVerified(cwd);
});

test("a brain speaks by the command line for its own question, and may do nothing of a person's", async () => {
  const cwd = await hosted({
    ...TEAM,
    "worker.mjs": `import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
const call = (args, input = "") => spawnSync(process.execPath, [${JSON.stringify(MAIN)}, ...args], { cwd: "/", input, encoding: "utf8" });
const task = process.env.CLAWFLOW_TASK;
const tried = [["cancel", task], ["retry", task], ["pause", task], ["resume", task], ["approve", task], ["reject", task], ["answer", task, "yes"], ["set", task, "title=x"], ["run", "more"], ["send", "lead", "-"], ["done", "another", "-"], ["gc"]]
  .map((args) => { const { status, stderr } = call(args, "x"); return { args, status, stderr }; });
writeFileSync("tried.json", JSON.stringify(tried));
writeFileSync("answered.json", JSON.stringify(call(["done", task, "-"], "said by a tool")));
setInterval(() => {}, 1000);
`,
  });
  const id = await send(cwd, "say nothing");
  await becomes(cwd, id, "done");
  const tried = JSON.parse(readFileSync(join(cwd, "tried.json"), "utf8"));
  for (const { args, status, stderr } of tried) {
    expect({ args, status }).toEqual({ args, status: 3 });
    expect(stderr).toContain("E_NOT_YOURS");
  }
  expect((await run(["show", id], { cwd })).out).toContain("Answer\nsaid by a tool");
  const { calls } = await json(["calls", `${id}.part-1`], { cwd });
  expect(calls).toEqual([]);
  await expectVerified(cwd);
});

/** Asks which, and does what it is told; a lead whose plans wait for approval. */
const ASKING: Record<string, string> = {
  ...TEAM,
  "team.yaml": `${TEAM["team.yaml"]}policy: {approval: first}\n`,
  "worker.mjs": `import { readFileSync } from "node:fs";
const { task } = JSON.parse(readFileSync(0, "utf8"));
const told = /Answer of human: ([^]*)/.exec(task.context)?.[1];
console.log(JSON.stringify(told === undefined ? { ask: "Which one?" } : { results: told.trim() }));
`,
};

test("a person rejects a plan, approves the next, and answers what is asked", async () => {
  const cwd = await hosted(ASKING);
  const id = await send(cwd, "say one");
  const waitsFor = (task: string, kind: string) =>
    until(async () => (await statusOf(cwd, task)).standing?.what?.startsWith(`${kind}:`) || undefined);
  await waitsFor(id, "approval");
  const early = await run(["answer", id, "yes"], { cwd });
  expect(early.code).toBe(1);
  expect(early.err).toContain("nothing waits for an answer");
  expect(early.err).toContain("Approve the plan: 1 subtask");
  expect((await run(["reject", id, "not so"], { cwd })).code).toBe(0);
  await until(async () => (await json(["calls", id], { cwd })).calls.length === 2 || undefined);
  await waitsFor(id, "approval");
  const shown = await json(["show", id], { cwd });
  const stale = await run(["approve", id, "--plan", "0".repeat(12)], { cwd });
  expect(stale).toMatchObject({ code: 1, err: expect.stringContaining("it has changed since") });
  expect((await run(["approve", id, "as discussed", "--plan", shown.waiting.plan], { cwd })).out).toContain(
    `approve is sent to lead: ${id}`,
  );
  const child = `${id}.part-1`;
  await waitsFor(child, "answer");
  const wrong = await run(["answer", id, "blue"], { cwd });
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain(`clawflow answer ${child}`);
  expect((await run(["approve", child], { cwd })).code).toBe(1);
  expect((await run(["answer", child, " "], { cwd })).code).toBe(2);
  expect((await run(["answer", child, "-"], { cwd, input: "The blue one\n" })).code).toBe(0);
  await becomes(cwd, id, "done");
  const { out } = await run(["show", id], { cwd });
  expect(out).toContain("Answer\nThe blue one");
  expect((await run(["log"], { cwd })).out).toMatch(/approve/);
  const late = await run(["reject", id], { cwd });
  expect({ code: late.code, err: late.err }).toMatchObject({
    code: 1,
    err: expect.stringContaining("finished"),
  });
  await expectVerified(cwd);
});

test("pause holds a task and what is below it, resume lets it go on", async () => {
  const cwd = await hosted();
  const id = await send(cwd, "wait go\nsay two");
  await dispatched(cwd, id);
  expect((await run(["pause", id], { cwd })).code).toBe(0);
  const paused = async (task: string) =>
    (await statusOf(cwd, task)).standing?.what?.startsWith("paused") || undefined;
  await until(() => paused(`${id}.part-1`));
  writeFileSync(join(cwd, "go"), "");
  await becomes(cwd, `${id}.part-1`, "done");
  expect(await paused(id)).toBe(true);
  expect((await run(["pause", id], { cwd })).code).toBe(0);
  const over = await run(["pause", `${id}.part-1`], { cwd });
  expect({ code: over.code, err: over.err }).toMatchObject({
    code: 1,
    err: expect.stringContaining("done already"),
  });
  expect((await run(["resume", id], { cwd })).code).toBe(0);
  await becomes(cwd, id, "done");
  await expectVerified(cwd);
});

test("set changes a task and its subtasks as an edit of task.md would", async () => {
  const cwd = await hosted();
  const id = await send(cwd, "wait go\nwait never\nfail it");
  await becomes(cwd, id, "failed");
  const set = (...args: string[]) => run(["set", ...args], { cwd });
  const sent = await set(`${id}/part-3`, "description=say three", "status=pending");
  expect(sent.out).toBe(
    `edit is sent to lead: ${id}\n- part-3 is to be done again\n- part-3 description: "say three"\n`,
  );
  await until(async () => (await statusOf(cwd, id)).subtasks[2].status === "done" || undefined);
  expect((await statusOf(cwd, id)).subtasks[2]).toMatchObject({ attempt: 2, summary: "three" });
  const acted = await json(
    ["set", id, "budget.tokens=2000", "deadline=2h", "subtasks.part-2=", "--file", "-"],
    { cwd, input: "notes: Mind the gap\ntitle: Another\n" },
  );
  expect(acted).toMatchObject({ agent: "lead", task_id: id, message: expect.any(String) });
  await until(async () => (await statusOf(cwd, id)).subtasks.length === 2 || undefined);
  await set(`${id}/extra`, "agent=worker", "description=say more");
  writeFileSync(join(cwd, "go"), "");
  await becomes(cwd, id, "done");
  const { out } = await run(["show", id], { cwd });
  expect(out).toContain("waited\nthree\nmore");
  expect(out).toContain("Another");
  await expectVerified(cwd);
});

test("set says at once what cannot be; what cannot be taken is a dead letter", async () => {
  const cwd = await hosted();
  const id = await send(cwd, "wait go");
  await dispatched(cwd, id);
  for (const [args, why] of [
    [[id], /nothing to set/],
    [[id, "budjet=1"], /Did you mean budget/],
    [[id, "deadline=soon"], /E_USAGE.*deadline/],
    [[`${id}/zero`, "timeout=1h"], /E_NOT_FOUND.*zero.*part-1/],
  ] as const) {
    const { code, err } = await run(["set", ...args], { cwd });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(why) });
  }
  expect((await run(["set", `${id}/part-1`, "agent=nobody"], { cwd })).code).toBe(0);
  const [letter] = await until(async () => {
    const { dead } = await json(["dead"], { cwd });
    return dead.length > 0 ? dead : undefined;
  });
  expect(letter.reason).toMatch(/^E_UNKNOWN_AGENT: edit: subtasks.part-1.agent/);
});

test("a cancel before any host ran is taken before the task that it names", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  const id = await send(cwd, "say one");
  expect((await run(["cancel", id], { cwd })).code).toBe(0);
  await run(["run", "say two"], { cwd });
  expect(await statusOf(cwd, id)).toMatchObject({ status: "cancelled" });
  await expectVerified(cwd);
});

test("dead letters are listed with their reasons, and can be put back", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  await run(["run", "say one"], { cwd });
  const inbox = join(cwd, ".clawflow/agents/worker/mailbox/inbox");
  const template = (await run(["message", "task", "--agent", "worker"], { cwd })).out;
  const name = "task-mine-1-0123456789ab.md";
  writeFileSync(join(inbox, name), template.replace("type: task", "type: tusk"));
  await run(["run", "say two"], { cwd });
  const { dead } = await json(["dead", "list"], { cwd });
  expect(dead).toMatchObject([{ agent: "worker", name, reason: expect.stringContaining("E_TYPE") }]);
  expect((await json(["status"], { cwd })).problems).toMatchObject([{ kind: "dead", agent: "worker" }]);
  expect((await run(["dead", "requeue", name], { cwd })).code).toBe(0);
  expect(readdirSync(inbox)).toEqual([name]);
  expect((await json(["dead"], { cwd })).dead).toEqual([]);
});

test("templates are messages that can be read, their ids new each time", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  const [first, second] = await Promise.all([
    run(["message", "task"], { cwd }),
    run(["message", "task"], { cwd }),
  ]);
  const task = parseMessage(Buffer.from(first?.out ?? ""));
  expect(task).toMatchObject({ type: "task", to: "lead", from: "human" });
  expect(parseMessage(Buffer.from(second?.out ?? "")).id).not.toBe(task.id);
  writeFileSync(join(cwd, "task.md"), first?.out ?? "");
  const reply = parseMessage(Buffer.from((await run(["message", "reply", "task.md"], { cwd })).out));
  expect(reply).toMatchObject({
    type: "reply",
    from: "lead",
    to: "human",
    in_reply_to: task.id,
    task_id: task.task_id,
  });
  const dag = JSON.parse((await run(["message", "dag"], { cwd })).out);
  expect(dag.subtasks["second-part"]).toMatchObject({ agent: "worker", depends_on: ["first-part"] });
  const sent = await run(["send", "lead", "task.md", "--json"], { cwd });
  expect(JSON.parse(sent.out)).toEqual({ task_id: task.task_id, agent: "lead", message: task.id });
});

test("gc says first what it would remove; it refuses while a host runs", async () => {
  const cwd = await hosted();
  const id = await send(cwd, "say old");
  await becomes(cwd, id, "done");
  const dry = await json(["gc", "--dry-run", "--older-than", "0s"], { cwd });
  expect(dry).toMatchObject({ dry_run: true, tasks: [{ agent: "lead", task_id: id }, { agent: "worker" }] });
  const refused = await run(["gc", "--older-than", "0s"], { cwd });
  expect(refused.code).toBe(3);
  expect(refused.err).toContain("E_LOCKED");
});

test("gc removes what is over, and verify agrees", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  await run(["run", "say old"], { cwd });
  const { removed } = await json(["gc", "--older-than", "0s"], { cwd });
  expect(removed.tasks).toBe(2);
  expect((await run(["tree"], { cwd })).err).toContain("there are no tasks yet");
  await expectVerified(cwd);
});
