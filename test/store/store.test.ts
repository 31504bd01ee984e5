import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aMessage, aTask, DAY, fileOf, kill, newWorld, open, sendOp, takeOp } from "./helpers.ts";

test("a commit creates the task, hands the message over and archives it when it is taken", async () => {
  const world = newWorld();
  const { store, lead, reader } = await open(world);
  const sent = fileOf(aMessage("t"));
  store.stage(lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"))]);
  expect(lead.tasks.get("t")?.rev).toBe(1);
  await store.commit();
  expect(reader.inbox()).toEqual([sent.name]);
  expect(reader.read(sent.name)).toMatchObject({ sha256: sent.sha256 });
  expect(readFileSync(join(lead.paths.outbox, sent.name), "utf8")).toBe(sent.text);
  expect(statSync(join(reader.paths.inbox, sent.name)).mode & 0o777).toBe(0o444);
  store.stage(reader, [takeOp(sent)]);
  await store.commit();
  expect(reader.inbox()).toEqual([]);
  expect(readFileSync(join(reader.directory, DAY, sent.name), "utf8")).toBe(sent.text);
  await store.close();
  expect(readdirSync(lead.paths.tmp)).toEqual([]);
  expect(statSync(join(world.root, ".host", "journal")).size).toBe(0);
});

test("task.md follows 250 ms later, at rest at once, and its base stands as long as it can be edited", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  await store.commit();
  const path = join(lead.paths.tasks, "t", "task.md");
  expect(existsSync(path)).toBe(false);
  expect(store.nextWriteDue()).toBe(world.now + 250);
  world.now += 250;
  await store.commit();
  expect(readFileSync(path, "utf8")).toContain("rev: 1");
  expect(readdirSync(lead.paths.base)).toEqual(["t.md"]);
  const finished_at = "2026-11-20T10:59:59Z";
  store.stage(lead, [
    { op: "change", task: "t", change: { rev: 2, fields: { status: "done", finished_at } } },
  ]);
  expect([lead.tasks.has("t"), lead.task("t")?.status]).toEqual([false, "done"]);
  await store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toContain("rev: 2");
  expect(readdirSync(lead.paths.base)).toContain("t.md");
  lead.findEdits();
  expect(readdirSync(lead.paths.base)).toEqual([]);
  expect(lead.task("t")?.rev).toBe(2);
  expect(store.nextWriteDue()).toBeUndefined();
  await store.close();
});

test("a killed host's commits are all there after the next start", async () => {
  const world = newWorld();
  const first = await open(world);
  const sent = fileOf(aMessage("t"));
  first.store.setRunningClock(4321);
  first.store.stage(first.lead, [
    { op: "create", task: aTask("t") },
    sendOp(aMessage("t")),
    sendOp(aMessage("t", 2), "pending"),
    { op: "file", path: "tasks/t/calls/1.json", text: "{}\n" },
  ]);
  first.store.stage(first.lead, [{ op: "change", task: "t", change: { rev: 2, text: { notes: "n" } } }]);
  first.store.stage(first.reader, [{ op: "create", task: aTask("t.scan", { from: "lead" }) }]);
  await first.store.commit();
  kill(world);
  const { store, lead, reader } = await open(world);
  expect(lead.tasks.get("t")).toEqual(first.lead.tasks.get("t"));
  expect(reader.tasks.get("t.scan")).toEqual(first.reader.tasks.get("t.scan"));
  expect(lead.runningClock).toBe(4321);
  expect(reader.inbox()).toEqual([sent.name]);
  expect(lead.pending().map(({ name }) => name)).toEqual([fileOf(aMessage("t", 2)).name]);
  expect(readFileSync(join(lead.paths.tasks, "t", "calls", "1.json"), "utf8")).toBe("{}\n");
  store.accepted(lead, fileOf(aMessage("t", 2)).name);
  expect(lead.pending()).toEqual([]);
  expect(lead.stored(fileOf(aMessage("t", 2)).name)).toBeDefined();
  await store.close();
});
