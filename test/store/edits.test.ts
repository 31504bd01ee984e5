import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatTask } from "../../src/protocol/format-task.ts";
import { aTask, kill, newWorld, open, type World } from "./helpers.ts";

const change = (rev: number) => ({
  op: "change" as const,
  task: "t",
  change: { rev, text: { notes: `rev ${rev}` } },
});

/** A host with task t at rev 2, its text written at rev 1 or 2. */
async function withTask(world: World, writtenAt: 1 | 2) {
  const opened = await open(world);
  opened.store.stage(opened.lead, [{ op: "create", task: aTask("t") }]);
  await opened.store.commit({ rest: true });
  opened.store.stage(opened.lead, [change(2)]);
  await opened.store.commit({ rest: writtenAt === 2 });
  return { ...opened, path: join(opened.lead.paths.tasks, "t", "task.md") };
}

function rejected(path: string): string[] {
  const folder = join(path, "..");
  return readdirSync(folder)
    .filter((name) => name.startsWith("task.rejected-"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

test("a text of a person is kept beside task.md before that is written again, and reported", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const edited = readFileSync(path, "utf8").replace("Do it", "Do it well");
  writeFileSync(path, edited);
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  expect(rejected(path)).toEqual([edited]);
  expect(readFileSync(path, "utf8")).toContain("rev: 3");
  expect(readFileSync(join(path, "..", "task.problem.md"), "utf8")).toContain("task.rejected-");
  expect(world.foreign).toMatchObject([{ agent: "lead", task: "t" }]);
  store.stage(lead, [change(4)]);
  await store.commit({ rest: true });
  expect(rejected(path)).toHaveLength(1);
  await store.close();
});

test("a file that was saved again unchanged, or touched, is the runtime's still", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  writeFileSync(path, readFileSync(path));
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  expect(rejected(path)).toEqual([]);
  await store.close();
});

test("H3 an editor that held rev 1 saves after rev 2 was written, kill -9: the replay keeps the edit", async () => {
  const world = newWorld();
  const { path } = await withTask(world, 2);
  const buffer = formatTask(aTask("t")).text.replace("Do it", "Do it well");
  writeFileSync(path, buffer);
  kill(world);
  const again = await open(world);
  expect(rejected(path)).toEqual([buffer]);
  expect(again.lead.tasks.get("t")?.text.notes).toBe("rev 2");
  expect(readFileSync(path, "utf8")).toContain("rev: 2");
  await again.store.close();
});

test("H3 broken YAML is not taken for a torn file", async () => {
  const world = newWorld();
  const { path } = await withTask(world, 2);
  const broken = readFileSync(path, "utf8").replace("title: Title", "title: [Title");
  writeFileSync(path, broken);
  kill(world);
  const again = await open(world);
  expect(rejected(path)).toEqual([broken]);
  await again.store.close();
});

test("an edit made while no host ran is kept when the task is next written", async () => {
  const world = newWorld();
  const { store, path } = await withTask(world, 2);
  await store.close();
  const edited = readFileSync(path, "utf8").replace("Do it", "Do it well");
  writeFileSync(path, edited);
  const again = await open(world);
  expect(again.lead.tasks.get("t")?.text.instructions).toBe("Do it");
  expect(readFileSync(path, "utf8")).toBe(edited);
  again.store.stage(again.lead, [change(3)]);
  await again.store.commit({ rest: true });
  expect(rejected(path)).toEqual([edited]);
  await again.store.close();
});

test("what a loss of power left of a text of the runtime is no edit", async () => {
  for (const writtenAt of [1, 2] as const) {
    const whole = formatTask(aTask("t")).text;
    const torn = [
      "",
      "\0\0\0\0",
      whole.slice(0, 100),
      `${whole.slice(0, 50)}${"\0".repeat(40)}${whole.slice(90)}`,
    ];
    for (const left of [...torn, undefined]) {
      const world = newWorld();
      const { path } = await withTask(world, writtenAt);
      kill(world);
      if (left === undefined) unlinkSync(path);
      else writeFileSync(path, left);
      const again = await open(world);
      expect(rejected(path)).toEqual([]);
      expect(readFileSync(path, "utf8")).toContain("rev: 2");
      await again.store.close();
    }
  }
});

test("large results stand in files of their own and come back with the task", async () => {
  const world = newWorld();
  const { store, lead } = await withTask(world, 2);
  const results = "x".repeat(20_000);
  const subtask = {
    agent: "reader",
    description: "d",
    depends_on: [],
    status: "done",
    attempt: 1,
    results,
  } as const;
  store.stage(lead, [
    { op: "change", task: "t", change: { rev: 3, subtasks: { scan: { ...subtask, depends_on: [] } } } },
  ]);
  await store.close();
  expect(existsSync(join(lead.paths.tasks, "t", "results", "scan.md"))).toBe(true);
  const again = await open(world);
  expect(again.lead.tasks.get("t")?.subtasks.get("scan")).toEqual(subtask);
  again.store.stage(again.lead, [
    { op: "change", task: "t", change: { rev: 4, fields: { status: "done" } } },
  ]);
  await again.store.commit();
  kill(world);
  const last = await open(world);
  expect(last.lead.task("t")?.subtasks.get("scan")?.results).toBe(results);
  expect(last.lead.tasks.size).toBe(0);
  await last.store.close();
});
