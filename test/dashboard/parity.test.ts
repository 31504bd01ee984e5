import { expect, onTestFinished, test, vi } from "vitest";
import type { Place } from "../../src/cli/place.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { runWords } from "../../src/cli/run-words.ts";
import { Access } from "../../src/dashboard/access.ts";
import type { Status, Why } from "../../src/dashboard/api-types.ts";
import { Changes } from "../../src/dashboard/changes.ts";
import { makeApp } from "../../src/dashboard/make-app.ts";
import { stuckReasons } from "../../src/dashboard/page/views/stuck-reasons.ts";
import { isFinal } from "../../src/loop/phase.ts";
import { readFacts } from "../../src/terminal/facts.ts";
import { listTasks, readTaskFolder } from "../../src/view/read-task.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { quickOrFull } from "../suite-size.ts";
import { randomStates } from "./random-states.ts";

/** Moments at which two looks at the same files were between two changes. */
const STATES = quickOrFull(50, 500);

test("page, terminal and command line say the same of any state, and home tells each problem once", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  let looks = 0;
  let problems = 0;
  for await (const { cwd, place, step } of randomStates(STATES, 7)) {
    vi.setSystemTime(Date.now() + 1000);
    const server = serverFor(place);
    onTestFinished(server.stop);
    const status = await agree<Status>(cwd, server, ["status"], step);
    const why = await agree<Why>(cwd, server, ["why"], step);
    if (!expectEachOnce(place, status, why, step)) continue;
    problems += status.problems.length;
    // Each of these costs as much as all before; every command has its turn.
    if (looks++ % 3 !== 0) continue;
    const [one] = status.running.slice(looks % Math.max(1, status.running.length));
    const where = one === undefined ? [] : [one.task_id, "--agent", one.agent];
    const more = ["why", "show", "tree", "status", "report", "calls"].map((name) => [name, ...where]);
    if (one !== undefined) await agree(cwd, server, more[Math.floor(looks / 3) % more.length] ?? [], step);
    else await agree(cwd, server, ["inbox", "worker"], step);
  }
  // Else nothing was shown by it.
  expect(problems).toBeGreaterThan(STATES);
}, 120_000);

interface Server {
  get(path: string): Promise<unknown>;
  place: Place;
  stop(): void;
}

function serverFor(place: Place): Server {
  const access = new Access();
  const changes = new Changes();
  const site = {
    place: () => place,
    port: () => 7433,
    access,
    changes,
    version: "0",
    pageFolder: "",
    onFault() {},
  };
  const { app, stop } = makeApp(site);
  const headers = { host: "127.0.0.1:7433", cookie: `clawflow-7433=${access.enter(access.newLink())}` };
  return {
    place,
    async get(path) {
      changes.note([]);
      return await (await app.request(`http://127.0.0.1:7433${path}`, { headers })).json();
    },
    stop() {
      stop();
      changes.stop();
    },
  };
}

/** What all three say of it; looked again where the files changed in between. */
async function agree<T>(cwd: string, server: Server, words: readonly string[], step: string): Promise<T> {
  for (let looks = 0; ; looks++) {
    const before = await command(cwd, words);
    const page = await server.get(urlOf(words));
    const terminal = words.length === 1 && words[0] === "status" ? await topOf(server.place) : before;
    if (JSON.stringify(await command(cwd, words)) !== JSON.stringify(before) && looks < 50) continue;
    expect({ page, terminal }, step).toEqual({ page: before, terminal: before });
    return before as T;
  }
}

async function command(cwd: string, words: readonly string[]): Promise<unknown> {
  const io = fakeIo({ cwd });
  await makeProgram(io).program.parseAsync([...words, "--json"], { from: "user" });
  return JSON.parse(io.outText());
}

async function topOf(place: Place): Promise<unknown> {
  const embedded = { program: "clawflow", start: "clawflow up", place };
  return (await readFacts((words) => runWords(words, embedded, () => true), { view: "home" })).status;
}

function urlOf(words: readonly string[]): string {
  const at = words.indexOf("--agent");
  const path = `/api/look/${(at < 0 ? words : words.slice(0, at)).map(encodeURIComponent).join("/")}`;
  return at < 0 ? path : `${path}?agent=${words[at + 1]}`;
}

/** What the files say by themselves. `false`: they changed since the others looked. */
function expectEachOnce(
  place: Place,
  { problems, running }: Status,
  { reasons }: Why,
  step: string,
): boolean {
  const keys = problems.map(({ kind, agent, task_id, subtask, file }) =>
    [kind, agent, task_id, subtask, file].join(" "),
  );
  expect(new Set(keys).size, step).toBe(keys.length);
  const stuck = stuckReasons(reasons, problems);
  expect(new Set(stuck.map(({ agent, task_id }) => `${agent} ${task_id}`)).size, step).toBe(stuck.length);
  const turns = problems.filter(({ kind }) => ["approval", "answer", "person"].includes(kind));
  const told = turns.map(({ kind, agent, task_id, subtask }) => [kind, agent, task_id, subtask].join(" "));
  const { waiting, open } = turnsIn(place);
  if (open !== running.length) return false;
  expect(told.sort(), step).toEqual(waiting.sort());
  return true;
}

function turnsIn({ disk, agents }: Place): { waiting: string[]; open: number } {
  const view = openRoot(disk, agents);
  const waiting: string[] = [];
  let open = 0;
  for (const agent of agents.keys()) {
    const paths = view.paths(agent);
    for (const { folder } of paths === undefined ? [] : listTasks(disk, paths)) {
      const found = paths === undefined ? undefined : readTaskFolder(disk, paths, folder);
      if (found === undefined || !("task" in found) || isFinal(found.task)) continue;
      const { task } = found;
      open++;
      if (task.waiting !== undefined) waiting.push([task.waiting.for, agent, task.task_id, ""].join(" "));
      for (const [id, { waiting: own }] of task.subtasks)
        if (own !== undefined) waiting.push([own.for, agent, task.task_id, id].join(" "));
    }
  }
  return { waiting, open };
}
