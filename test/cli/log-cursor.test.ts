import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gcCommand } from "../../src/cli/commands/gc.ts";
import { logCommand } from "../../src/cli/commands/log.ts";
import { lookAtChanges } from "../../src/cli/watch-files.ts";
import { submitTask } from "../../src/host/submit.ts";
import { type LogEvent, logEventSchema } from "../../src/protocol/log-event.ts";
import { eventKey } from "../../src/view/log/event-key.ts";
import { tempRoot } from "../host/team.ts";
import { scriptedJob } from "../view/job-on-disk.ts";
import { finishedJob, startTeam } from "../view/team.ts";
import { fakeIo } from "./fake-io.ts";

/** What one call of the command prints. */
async function log(root: string, options: Record<string, string> = {}): Promise<LogEvent[]> {
  const io = fakeIo({ cwd: root });
  await logCommand(io, { root, json: true, ...options });
  const lines = io.outText().split("\n").filter(Boolean);
  return lines.map((line) => logEventSchema.parse(JSON.parse(line)));
}

const keys = (events: LogEvent[]) => events.map(eventKey).sort();

test("a follower that is stopped and started gets each event once, none is lost", async () => {
  const { root, host } = await startTeam();
  const cursor = join(tempRoot(), "seen");
  const had: LogEvent[] = [];
  const more = async () => {
    const events = await log(root, { cursor });
    had.push(...events);
    return events.length;
  };
  await more();
  const first = await submitTask(host, "lead", "go");
  await more();
  await host.finished("lead", first.task_id);
  await more();
  const second = await submitTask(host, "lead", "go on");
  await host.finished("lead", second.task_id);
  await host.stop();
  await more();
  expect(await more()).toBe(0);
  const all = keys(await log(root));
  expect(new Set(all).size).toBe(all.length);
  expect(keys(had)).toEqual(all);
});

test("what gc removes and what is archived elsewhere between two calls is neither lost nor told again", async () => {
  const { root, agents, task_id } = await finishedJob();
  const cursor = join(tempRoot(), "seen");
  const before = await log(root);
  const had = await log(root, { cursor, task: task_id });
  // A second job of which the follower has seen nothing.
  const files = scriptedJob();
  for (const kind of ["tasks", "mailbox/archive/2026"])
    renameSync(join(files.root, "lead", kind, kind === "tasks" ? "job" : "01"), movedTo(root, kind));
  const second = (await log(root)).filter((event) => !keys(before).includes(eventKey(event)));
  expect(second.length).toBeGreaterThan(4);
  for (const directory of agents.values()) oldDay(directory);
  await gcCommand(fakeIo({ cwd: root }), { root, olderThan: "0ms" });
  expect(readdirSync(join(root, "lead/tasks"))).toEqual([]);
  expect(existsSync(join(root, "lead/mailbox/archive/2026/01/10"))).toBe(false);
  const rest = await log(root, { cursor });
  expect(keys(rest)).toEqual(keys(second));
  expect(await log(root, { cursor })).toEqual([]);
  expect(keys(await log(root))).toEqual(keys([...had, ...second]));
});

test("a cursor that a crash tore goes on; a file that is none is left alone", async () => {
  const { root } = await finishedJob();
  const folder = tempRoot();
  const cursor = join(folder, "seen");
  const all = await log(root, { cursor });
  appendFileSync(cursor, "0123");
  expect(await log(root, { cursor })).toEqual([]);
  const lines = readFileSync(cursor, "utf8").split("\n");
  writeFileSync(cursor, `${lines.slice(0, -3).join("\n")}\n0123456`);
  expect(await log(root, { cursor })).toHaveLength(1);
  expect(all.length).toBeGreaterThan(1);
  writeFileSync(join(folder, "notes.md"), "mine");
  await expect(log(root, { cursor: join(folder, "notes.md") })).rejects.toThrow(/not a cursor/);
  expect(readFileSync(join(folder, "notes.md"), "utf8")).toBe("mine");
});

test("it is a person's turn: told once, with the question, before and after it was answered", async () => {
  const { root, host } = await startTeam();
  await submitTask(host, "lead", "ask about it");
  const cursor = join(tempRoot(), "seen");
  const turns = async (options = {}) =>
    (await log(root, options)).filter(({ event }) => event === "task:waiting");
  await expect.poll(async () => (await turns()).length).toBe(1);
  expect(await turns({ cursor })).toMatchObject([{ for: "answer", text: "Which one?" }]);
  await host.stop();
  expect(await turns({ cursor })).toEqual([]);
  const past = scriptedJob();
  expect(
    (await turns({ root: past.root })).map((event) => [
      event.time.slice(14, 19),
      "for" in event && event.for,
    ]),
  ).toEqual([
    ["00:10", "answer"],
    ["00:35", "approval"],
  ]);
});

test("an edit that was not taken is told, and the text of a control", async () => {
  const files = scriptedJob();
  files.write("lead/tasks/job/task.problem.md", "# task.md was not understood\n\nE_FIELD: status\n");
  const events = await log(files.root);
  expect(events.find(({ event }) => event === "edit:problem")).toMatchObject({ task: "job", agent: "lead" });
  expect(
    events.find((event) => event.event === "control:received" && event.control === "answer"),
  ).toMatchObject({
    text: "blue",
  });
});

test("changes are looked at when the system tells of them", async () => {
  const { agents, root } = scriptedJob();
  mkdirSync(join(root, "lead/mailbox/inbox"));
  const stop = new AbortController();
  let looks = 0;
  const over = lookAtChanges(agents.values(), () => looks++, stop.signal, 3_600_000);
  expect(looks).toBe(1);
  writeFileSync(join(root, "lead/mailbox/inbox/task-x-1-0123456789ab.md"), "");
  await expect.poll(() => looks, { interval: 5 }).toBe(2);
  stop.abort();
  await over;
});

function movedTo(root: string, kind: string): string {
  const folder = kind === "tasks" ? join(root, "lead/tasks") : join(root, "lead/mailbox/archive/2026");
  mkdirSync(folder, { recursive: true });
  return join(folder, kind === "tasks" ? "job" : "01");
}

/** Its archive is of a day long ago. */
function oldDay(directory: string): void {
  const archive = join(directory, "mailbox/archive");
  for (const year of readdirSync(archive)) {
    for (const month of readdirSync(join(archive, year))) {
      for (const day of readdirSync(join(archive, year, month))) {
        if (year === "2026" && month === "01") continue;
        mkdirSync(join(archive, "2020/01"), { recursive: true });
        renameSync(join(archive, year, month, day), join(archive, "2020/01", day));
      }
    }
  }
}
