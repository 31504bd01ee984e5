import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { answerShape } from "../../src/cli/json-shapes.ts";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, expectVerified, json, lastJob, run, start, TEAM, until, writeFiles } from "./cli.ts";

beforeAll(ensureBuilt, 120_000);

function team(): string {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  return cwd;
}

test("run prints the answer on standard output, all else on standard error, and exits with 0", async () => {
  const cwd = team();
  const { code, out, err } = await run(["run", "say one\nsay two"], { cwd });
  expect(out).toBe("one\ntwo\n");
  expect(code).toBe(0);
  expect(err).toMatch(/^Done in \d/m);
  expect(err).toMatch(/, 6 messages: say-one-\w+$/m);
  for (const place of err.matchAll(/^ {2}(?:state|history|answer) +(\S+)$/gm))
    expect(existsSync(join(cwd, place[1] ?? ""))).toBe(true);
  await expectVerified(cwd);
});

test("a failed job exits with 1, says why, and gives what there is of it", async () => {
  const cwd = team();
  const { code, out, err } = await run(["run", "say one\nfail because", "--max-attempts", "1"], { cwd });
  expect(code).toBe(1);
  expect(err).toContain("because");
  expect(err).toMatch(/^Failed in /m);
  expect(out === "" || out.includes("one")).toBe(true);
  await expectVerified(cwd);
});

test("of a failed job nothing is under way when run has ended", async () => {
  const cwd = team();
  expect(await run(["run", "fail because\nwait never"], { cwd })).toMatchObject({ code: 1 });
  expect(await json(["status"], { cwd })).toMatchObject({ waiting: [], running: [] });
});

test("a word that looks like the name of a file is no instructions when there is no such file", async () => {
  const cwd = team();
  expect(await json(["run", "jbo.md"], { cwd })).toMatchObject({ error: { code: "E_NOT_FOUND" } });
  expect(existsSync(join(cwd, ".clawflow"))).toBe(false);
});

test("--on-failure continue makes the best of it", async () => {
  const cwd = team();
  const { code, out } = await run(["run", "say one\nfail because", "--on-failure", "continue"], { cwd });
  expect(out).toContain("one\n(");
  expect(code).toBe(0);
});

test("--json prints one value of the documented shape", async () => {
  const cwd = team();
  const { out, code } = await run(["run", "say one", "--json"], { cwd });
  expect(code).toBe(0);
  const answer = answerShape.parse(JSON.parse(out));
  expect(answer).toMatchObject({ agent: "lead", status: "done", output: "one", messages: 4, files: [] });
});

test("instructions come from a file, or from standard input; --agent says who gets them", async () => {
  const cwd = team();
  writeFileSync(join(cwd, "job.md"), "say from a file");
  expect(await run(["run", "job.md"], { cwd })).toMatchObject({ out: "from a file\n" });
  expect(await run(["run", "-", "--agent", "worker"], { cwd, input: "say in" })).toMatchObject({
    out: "in\n",
  });
});

test("--timeout exits with 3; --resume goes on and does not do anything twice", async () => {
  const cwd = team();
  const stopped = await run(["run", "say one\nwait go", "--timeout", "1500ms"], { cwd });
  expect(stopped).toMatchObject({ code: 3, out: "" });
  const id = /clawflow run --resume (\S+)/.exec(stopped.err)?.[1] ?? "";
  await expectVerified(cwd);
  writeFileSync(join(cwd, "go"), "");
  const { code, out } = await run(["run", "--resume", id], { cwd });
  expect({ code, out }).toEqual({ code: 0, out: "one\nwaited\n" });
  const { calls } = await json(["calls", `${id}.part-1`], { cwd });
  expect(calls).toHaveLength(1);
  await expectVerified(cwd);
});

test("Ctrl-C stops cleanly, exits with 3, and says how to go on", async () => {
  const cwd = team();
  const child = start(["run", "wait go"], { cwd });
  const id = await until(() => lastJob(cwd));
  await until(
    async () =>
      (await json(["status", id], { cwd })).subtasks?.[0]?.standing.state === "working" || undefined,
  );
  child.kill("SIGINT");
  const { exitCode, stderr } = await child;
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`clawflow run --resume ${id}`);
  await expectVerified(cwd);
});

test("where another process hosts the agents, run sends there and waits", async () => {
  const cwd = team();
  const host = start(["up"], { cwd });
  await until(async () => (await json(["status"], { cwd })).hosts.length === 1 || undefined);
  const { code, out, err } = await run(["run", "say elsewhere"], { cwd });
  expect({ code, out }).toEqual({ code: 0, out: "elsewhere\n" });
  expect(err).toContain("Another process hosts these agents");
  const sent = await run(["send", "lead", "-", "--wait"], { cwd, input: "say sent" });
  expect(sent).toMatchObject({ code: 0, out: "sent\n" });
  host.kill("SIGTERM");
  expect((await host).exitCode).toBe(0);
  await expectVerified(cwd);
});

test("work that is sent while nobody hosts is taken by the next host", async () => {
  const cwd = team();
  const sent = await run(["send", "lead"], { cwd, input: "say later" });
  expect(sent.code).toBe(0);
  expect(sent.err).toContain("clawflow up");
  const id = sent.out.trim();
  expect((await json(["status"], { cwd })).waiting).toEqual([{ agent: "lead", messages: 1 }]);
  const timedOut = await run(["send", "lead", "-", "--wait", "--timeout", "300ms"], {
    cwd,
    input: "say more",
  });
  expect(timedOut.code).toBe(3);
  await run(["run", "say now"], { cwd });
  const host = start(["up"], { cwd });
  await until(async () => (await json(["status", id], { cwd })).status === "done" || undefined);
  host.kill("SIGTERM");
  await host;
  expect((await run(["show", id], { cwd })).out).toContain("later");
  await expectVerified(cwd);
});

test("work with an id is done once, however often and by whomever it is given", async () => {
  const cwd = team();
  const give = (text: string) => run(["send", "lead", text, "--id", "news", "--json"], { cwd });
  const given = await Promise.all([give("say news"), give("say news"), give("say news")]);
  expect(given.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(given.map(({ out }) => JSON.parse(out).already ?? false).sort()).toEqual([false, true, true]);
  expect(await give("say other")).toMatchObject({ code: 2, out: expect.stringContaining("E_ID_REUSED") });
  expect((await json(["status"], { cwd })).waiting).toEqual([{ agent: "lead", messages: 1 }]);
  const host = start(["up"], { cwd });
  const answer = await run(["send", "lead", "say news", "--id", "news", "--wait"], { cwd });
  expect(answer).toMatchObject({
    code: 0,
    out: "news\n",
    err: expect.stringContaining("Given before: news"),
  });
  host.kill("SIGTERM");
  await host;
  expect(await give("say other")).toMatchObject({ code: 2 });
  expect(await run(["send", "lead", "say x", "--id", "../x"], { cwd })).toMatchObject({ code: 2 });
  await expectVerified(cwd);
});

test("hosts of parts of a team work together, each with its own agents", async () => {
  const cwd = team();
  const hosts = [start(["up", "--only", "lead"], { cwd }), start(["up", "--only", "worker"], { cwd })];
  await until(async () => (await json(["status"], { cwd })).hosts.length === 2 || undefined);
  const { code, out } = await run(["send", "lead", "-", "--wait"], { cwd, input: "say one\nsay two" });
  expect({ code, out }).toEqual({ code: 0, out: "one\ntwo\n" });
  for (const host of hosts) host.kill("SIGTERM");
  for (const host of hosts) expect((await host).exitCode).toBe(0);
  await expectVerified(cwd);
});

test("files that come with the answer are listed, and are there", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, {
    "team.yaml": "agents: {maker: {brain: {module: ./maker.mjs}}}\n",
    "maker.mjs": `import { writeFileSync } from "node:fs";
export default () => {
  writeFileSync("${join(cwd, "report.txt")}", "all is well");
  return { results: "made", files: ["${join(cwd, "report.txt")}"] };
};
`,
  });
  const { files } = await json(["run", "make it"], { cwd });
  expect(files).toMatchObject([{ name: "report.txt", bytes: 11 }]);
  expect(existsSync(files[0].path)).toBe(true);
});
