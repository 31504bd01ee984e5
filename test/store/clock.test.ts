import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Workspace } from "../../src/store/workspace.ts";
import { aTask, kill, newWorld, open } from "./helpers.ts";

const written = (workspace: Workspace) => Number(readFileSync(workspace.paths.clock, "utf8"));
const open2 = { op: "create", task: aTask("t") } as const;
const change = (rev: number) => ({ op: "change", task: "t", change: { rev, text: { notes: "n" } } }) as const;

test("an agent's clock goes on over its hosts, killed or stopped", async () => {
  const world = newWorld();
  const first = await open(world);
  first.store.setRunningClock(1_000);
  first.store.stage(first.lead, [open2]);
  await first.store.commit();
  kill(world);

  const second = await open(world);
  expect(second.lead.runningClock).toBe(1_000);
  second.store.setRunningClock(300);
  second.store.stage(second.lead, [change(2)]);
  await second.store.commit();
  kill(world);

  const third = await open(world);
  expect(third.lead.runningClock).toBe(1_300);
  third.store.setRunningClock(50);
  third.store.stage(third.lead, [change(3)]);
  await third.store.checkpoint();
  expect(written(third.lead)).toBe(1_350);
  await third.store.close();

  const fourth = await open(world);
  expect(fourth.lead.runningClock).toBe(1_350);
  await fourth.store.close();
});

test("a host that only waited has run too", async () => {
  const world = newWorld();
  const first = await open(world);
  first.store.stage(first.lead, [open2]);
  await first.store.checkpoint();
  first.store.setRunningClock(60_000);
  await first.store.close();
  const second = await open(world);
  expect([second.lead.runningClock, second.reader.runningClock]).toEqual([60_000, 0]);
  await second.store.close();
});

test("agents of one host that came from different hosts keep their own clocks", async () => {
  const world = newWorld();
  const lead = await open(world, ["lead"]);
  lead.store.setRunningClock(5_000);
  lead.store.stage(lead.lead, [open2]);
  await lead.store.close();
  const both = await open(world);
  expect([both.lead.runningClock, both.reader.runningClock]).toEqual([5_000, 0]);
  both.store.setRunningClock(70);
  both.store.stage(both.lead, [change(2)]);
  both.store.stage(both.reader, [open2]);
  await both.store.commit();
  kill(world);
  const again = await open(world);
  expect([again.lead.runningClock, again.reader.runningClock]).toEqual([5_070, 70]);
  await again.store.close();
});
