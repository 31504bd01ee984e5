import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { Looks } from "../../src/dashboard/looks.ts";
import { metricsSecret } from "../../src/dashboard/metrics.ts";
import { forgetRunning, linkOfRunning, noteRunning } from "../../src/dashboard/running.ts";
import { newSecret } from "../../src/dashboard/secrets.ts";
import { runCommand } from "../../src/dashboard/words.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { ask, HOSTILE, jsonOf, makeRoot, open, post, type Rig, startRig } from "./rig.ts";

let made: Awaited<ReturnType<typeof makeRoot>>;
let rig: Rig;
beforeAll(async () => {
  made = await makeRoot();
  rig = await startRig(made.root);
});
afterAll(async () => {
  await rig.stop();
  made.end();
});

const disk = nodeDisk();
const placeOf = (root: string) => ({ disk, root, agents: agentsOfRoot(disk, root) });

/** What a page hears, one line an event. */
function follow(at = rig): { events: () => { event: string; data: { agents?: string[] } }[]; end(): void } {
  const socket = open(at);
  let text = "";
  socket.on("data", (part) => {
    text += part;
  });
  socket.write(`GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${at.port}\r\nCookie: ${at.cookie}\r\n\r\n`);
  const events = () =>
    [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, event = "", data = ""]) => ({
      event,
      data: JSON.parse(data),
    }));
  return { events, end: () => socket.destroy() };
}

test("a look is what the command prints, and is not sent again where it is the same", async () => {
  for (const [path, words] of [
    ["tree", ["tree"]],
    [`show/${made.task_id}%2Ffirst`, ["show", `${made.task_id}/first`]],
    ["inbox?agent=worker", ["inbox", "worker"]],
  ] as const) {
    const { text, headers } = await ask(rig, `/api/look/${path}`);
    const [command = "", ...rest] = words;
    const { out } = await runCommand(placeOf(made.root), command, rest, {});
    expect(Buffer.from(text, "latin1").toString("utf8")).toBe(out);
    const again = await ask(rig, `/api/look/${path}`, { headers: { "if-none-match": `${headers.etag}` } });
    expect(again).toMatchObject({ status: 304, text: "" });
  }
  const log = jsonOf<{ event: string }[]>(await ask(rig, "/api/look/log"));
  expect(log.map(({ event }) => event)).toContain("task:finished");
  const none = jsonOf<unknown[]>(await ask(rig, "/api/look/log?since=0s"));
  expect(none).toEqual([]);
});

test("what cannot be looked at or done is said as the command says it", async () => {
  const missing = await ask(rig, "/api/look/show/nothing-here");
  expect(missing.status).toBe(404);
  expect(jsonOf(missing)).toMatchObject({ error: { code: "E_NOT_FOUND" } });
  const over = await post(rig, "/api/act/pause", { words: [made.task_id] });
  expect(over.status).toBe(422);
  expect(jsonOf(over)).toMatchObject({ error: { code: "E_STATE" } });
});

test("the same look that many ask for runs once; a change makes another", async () => {
  let version = 0;
  let runs = 0;
  const looks = new Looks(
    () => {
      runs++;
      return placeOf(made.root);
    },
    () => version,
  );
  await Promise.all(Array.from({ length: 50 }, () => looks.look("status", [], {})));
  expect(runs).toBe(1);
  version++;
  await Promise.all(Array.from({ length: 50 }, () => looks.look("status", [], {})));
  expect(runs).toBe(2);
});

test("what is done is a message in the inbox, and is heard of at once", async () => {
  const page = follow();
  await until(() => page.events().some(({ event }) => event === "hello") || undefined);
  const before = page.events().length;
  const acted = jsonOf<{ result: { agent: string; message: string }; note: string }>(
    await post(rig, "/api/act/send", {
      words: ["worker", "-"],
      options: { title: "By hand" },
      input: HOSTILE,
    }),
  );
  expect(acted).toMatchObject({ result: { agent: "worker" }, note: expect.stringContaining("No host runs") });
  await until(
    () =>
      page
        .events()
        .slice(before)
        .some(({ data }) => data.agents?.includes("worker")) || undefined,
  );
  const inbox = jsonOf<{ waiting: { message: string }[] }>(await ask(rig, "/api/look/inbox/worker"));
  expect(inbox.waiting.map(({ message }) => message)).toContain(acted.result.message);
  page.end();
});

test.each([
  ["a message", "lead/mailbox/inbox/task-x-1-000000000000.md"],
  ["a copy of a task", "lead/.clawflow/base/some.md"],
  ["an edit", "TASK"],
])("a page hears of %s by the system's own events", async (_, file) => {
  // Nothing is looked for within the hour.
  const own = await startRig(made.root, { look: 3_600_000 });
  onTestFinished(() => own.stop());
  const page = follow(own);
  const hears = (who: string, since: number) =>
    until(() =>
      page
        .events()
        .slice(since)
        .find(({ data }) => data.agents?.includes(who)),
    );
  const task = join(made.root, "worker/tasks", `${made.task_id}.first`, "task.md");
  const [agent, other] = file === "TASK" ? (["worker", "lead"] as const) : (["lead", "worker"] as const);
  await until(() => page.events().find(({ event }) => event === "hello"));
  // The runtime keeps a copy of what is open.
  const copy = join(made.root, "worker/.clawflow/base", `${made.task_id}.first.md`);
  if (file === "TASK") writeFileSync(copy, readFileSync(task));
  // What came before is told with this one at the latest.
  writeFileSync(join(made.root, other, "mailbox/dead", "first.md"), "");
  await hears(other, 0);
  const before = page.events().length;
  if (file === "TASK") writeFileSync(task, readFileSync(task));
  else writeFileSync(join(made.root, file), "x");
  await hears(agent, before);
  page.end();
});

test("an agent that comes while it runs is there, and heard of", async () => {
  const page = follow();
  await until(() => page.events().length > 0 || undefined);
  for (const folder of ["mailbox/inbox", "mailbox/outbox/pending", "mailbox/dead", "tasks", ".clawflow/base"])
    mkdirSync(join(made.root, "later", folder), { recursive: true });
  await until(() => page.events().some(({ data }) => data.agents?.includes("later")) || undefined);
  expect((await ask(rig, "/api/look/inbox/later")).status).toBe(200);
  page.end();
});

test("downloads: the answer, its report, and a zip of all that belongs to the run", async () => {
  const at = (what: string) => `/api/download/${what}/lead/${made.task_id}`;
  const answer = await ask(rig, at("answer"));
  expect(Buffer.from(answer.text, "latin1").toString("utf8").trim()).toBe(HOSTILE);
  expect((await ask(rig, at("report"))).text).toContain(`# `);
  const zip = await ask(rig, at("run"));
  const files = unzipSync(new Uint8Array(Buffer.from(zip.text, "latin1")));
  const task = `worker/tasks/${made.task_id}.first/task.md`;
  expect(Buffer.from(files[task] ?? []).toString("utf8")).toBe(readFileSync(join(made.root, task), "utf8"));
  expect(Object.keys(files).some((name) => name.startsWith("lead/mailbox/archive/"))).toBe(true);
  expect((await ask(rig, `${at("answer")}?file=0`)).status).toBe(404);
});

test("figures for Prometheus, to who has the secret of the file alone", async () => {
  const path = join(tempRoot(), "metrics");
  const secret = metricsSecret(path);
  expect(metricsSecret(path)).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, "short");
  expect(() => metricsSecret(path)).toThrow(/E_CONFIG|no secret/);
  rig.access.letProgram("metrics", secret);
  const headers = { authorization: `Bearer ${secret}` };
  const figures = await ask(rig, "/metrics", { cookie: "", headers });
  expect(figures.status).toBe(200);
  expect(figures.headers["content-type"]).toMatch(/^text\/plain/);
  expect(figures.text).toContain("clawflow_tasks");
  expect((await ask(rig, "/metrics")).status).toBe(401);
  expect((await ask(rig, "/api/look/status", { cookie: "", headers })).status).toBe(401);
});

test("another command of the same person gets a link from the one that runs; a stale note is no harm", async () => {
  const place = placeOf(made.root);
  expect(await linkOfRunning(place)).toBeUndefined();
  const secret = newSecret();
  rig.access.letProgram("link", secret);
  await noteRunning(place, { pid: process.pid, port: rig.port, secret });
  const record = join(made.root, ".clawflow/dashboard.json");
  expect(statSync(record).mode & 0o777).toBe(0o600);
  const link = await linkOfRunning(place);
  expect(await ask(rig, new URL(link ?? ""), { cookie: "" })).toMatchObject({ status: 303 });
  await noteRunning(place, { pid: process.pid, port: rig.port, secret: newSecret() });
  expect(await linkOfRunning(place)).toBeUndefined();
  await noteRunning(place, { pid: process.pid, port: 1, secret });
  expect(await linkOfRunning(place)).toBeUndefined();
  forgetRunning(place, newSecret());
  expect(existsSync(record)).toBe(true);
  forgetRunning(place, secret);
  expect(existsSync(record)).toBe(false);
  const nowhere = { ...place, root: join(made.root, "nowhere") };
  const unnote = await noteRunning(nowhere, { pid: process.pid, port: rig.port, secret });
  expect(existsSync(nowhere.root)).toBe(false);
  expect(await linkOfRunning(nowhere)).toBeUndefined();
  // The first task is given while the page is open.
  mkdirSync(nowhere.root);
  expect(await until(() => linkOfRunning(nowhere), "the note")).toContain(`:${rig.port}/enter`);
  unnote();
});
