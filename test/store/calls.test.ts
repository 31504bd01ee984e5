import { join } from "node:path";
import { expect, test } from "vitest";
import { VirtualDisk } from "../sim/virtual-disk.ts";
import { aMessage, aTask, DAY, fileOf, newWorld, open, sendOp, takeOp } from "./helpers.ts";

/** The calls of one hand-over, with its task, on a machine where so much has happened before. */
async function callsOfHandOver(archived: number, finished: number): Promise<Record<string, number>> {
  const machine = new VirtualDisk();
  const world = newWorld("/w", machine.attach());
  const { store, lead, reader } = await open(world);
  const disk = world.disk;
  disk.mkdir(join("/w/reader", DAY));
  for (let n = 0; n < archived; n++)
    disk.create(join("/w/reader", DAY, `task-x${n}.scan-1-0123456789ab.md`), "");
  for (let n = 0; n < finished; n++) {
    disk.mkdir(`/w/reader/tasks/x${n}`);
    disk.create(`/w/reader/tasks/x${n}/task.md`, "");
  }
  const before = { ...machine.counts };
  const sent = fileOf(aMessage("t"));
  store.stage(lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"))]);
  await store.commit();
  expect(reader.inbox()).toEqual([sent.name]);
  store.stage(reader, [takeOp(sent), { op: "create", task: aTask("t.scan", { status: "done" }) }]);
  await store.commit({ rest: true });
  await store.checkpoint();
  return Object.fromEntries(
    Object.entries(machine.counts).map(([call, count]) => [
      call,
      count - (before[call as keyof typeof before] ?? 0),
    ]),
  );
}

test("100,000 archived messages and 10,000 finished tasks change no call of a commit", async () => {
  expect(await callsOfHandOver(100_000, 10_000)).toEqual(await callsOfHandOver(0, 0));
}, 60_000);

test("a start looks at open tasks alone", async () => {
  const machine = new VirtualDisk();
  const world = newWorld("/w", machine.attach());
  const { store, lead } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("open") }]);
  for (let n = 0; n < 500; n++)
    store.stage(lead, [{ op: "create", task: aTask(`t${n}`, { status: "done" }) }]);
  await store.close();
  const before = machine.counts.read ?? 0;
  const again = await open(world);
  expect([...again.lead.tasks.keys()]).toEqual(["open"]);
  expect((machine.counts.read ?? 0) - before).toBeLessThan(20);
  await again.store.close();
});
