import { join } from "node:path";
import { expect, test } from "vitest";
import { everythingBelow } from "../host/files.ts";
import { aMessage, aTask, fileOf, newWorld, open, sendOp, type World } from "./helpers.ts";

/** A host with a commit in its journal, and the one that took over from it while it stood still and has committed something itself. */
async function takenOver(world: World, rest: boolean) {
  const late = await open(world);
  late.store.stage(late.lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"), "pending")]);
  await late.store.commit({ rest });
  const now = await open(world, ["lead", "reader"], { takeOver: true });
  now.store.stage(now.lead, [{ op: "change", task: "t", change: { rev: 2, fields: { title: "ours" } } }]);
  await now.store.commit();
  return { late, now };
}

const ACTS = ["checkpoint", "commit", "accepted", "relink", "close"] as const;

test.each(
  ACTS.flatMap((what) => [
    { what, rest: false },
    { what, rest: true },
  ]),
)(
  "H37 a host that was taken over while it stood still is refused, and changes nothing: $what, at rest: $rest",
  async ({ what, rest }) => {
    const world = newWorld();
    const { late, now } = await takenOver(world, rest);
    const before = everythingBelow(world.root);
    const { name } = fileOf(aMessage("t"));
    const act = {
      checkpoint: async () => late.store.checkpoint(),
      commit: async () => late.store.commit(),
      accepted: async () => late.store.accepted(late.lead, name),
      relink: async () => late.store.relink(late.lead, name, late.reader),
      close: async () => late.store.close(),
    }[what];
    await expect(act()).rejects.toMatchObject({ code: "E_LOCKED" });
    if (what !== "close") await late.store.abandon();
    expect(everythingBelow(world.root)).toEqual(before);
    await now.store.close();
    const next = await open(world);
    expect(next.lead.tasks.get("t")).toMatchObject({ rev: 2, title: "ours" });
    await next.store.close();
  },
);

test("H37 a host that stood still while it emptied its journal leaves that of the host that took over alone", async () => {
  const world = newWorld();
  const { disk } = world;
  const late = await open(world);
  late.store.stage(late.lead, [{ op: "create", task: aTask("t") }]);
  await late.store.commit({ rest: true });
  const [stopped, go] = standStill();
  const reached = new Promise<void>((resolve) => {
    const sync = disk.sync.bind(disk);
    world.disk.sync = async (files, folders) => {
      if (files.some((path) => path.endsWith("task.md"))) {
        world.disk.sync = sync;
        resolve();
        await stopped;
      }
      await sync(files, folders);
    };
  });
  const emptying = late.store.checkpoint();
  await reached;

  const now = await open(world, ["lead", "reader"], { takeOver: true });
  now.store.stage(now.lead, [{ op: "change", task: "t", change: { rev: 2, fields: { title: "ours" } } }]);
  await now.store.commit();
  const [stoppedToo, goToo] = standStill();
  const sync = disk.sync.bind(disk);
  const old = join(world.root, ".host", "journal.old");
  const rotated = new Promise<void>((resolve) => {
    world.disk.sync = async (files, folders) => {
      if (files.length > 0 && disk.stat(old) !== undefined) {
        resolve();
        await stoppedToo;
      }
      await sync(files, folders);
    };
  });
  const emptied = now.store.checkpoint();
  await rotated;
  world.disk.sync = sync;
  const before = everythingBelow(world.root);
  go();
  await expect(emptying).rejects.toMatchObject({ code: "E_LOCKED" });
  expect(everythingBelow(world.root)).toEqual(before);
  goToo();
  await emptied;
  await now.store.close();
  await late.store.abandon();
});

test("H37 what a host that took over has moved away is no fault of the disk to the one before", async () => {
  const world = newWorld();
  const late = await open(world);
  late.store.stage(late.lead, [{ op: "create", task: aTask("t") }]);
  await late.store.commit({ rest: true });
  const sync = world.disk.sync.bind(world.disk);
  const takesOver = new Promise<Awaited<ReturnType<typeof open>>>((resolve) => {
    world.disk.sync = async (files) => {
      world.disk.sync = sync;
      resolve(await open(world, ["lead", "reader"], { takeOver: true }));
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${files[0]}'`), {
        code: "ENOENT",
      });
    };
  });
  const refused = expect(late.store.checkpoint()).rejects.toMatchObject({ code: "E_LOCKED" });
  const now = await takesOver;
  const before = everythingBelow(world.root);
  await refused;
  await late.store.abandon();
  expect(everythingBelow(world.root)).toEqual(before);
  await now.store.close();
});

function standStill(): [Promise<void>, () => void] {
  let go = () => {};
  return [new Promise<void>((resolve) => (go = resolve)), () => go()];
}

test("H37 a claim is not taken for one that was given its inode later", async () => {
  const world = newWorld();
  const { stat } = world.disk;
  world.disk.stat = (path) => {
    const found = stat(path);
    return found !== undefined && path.endsWith(".host/host") ? { ...found, ino: 1 } : found;
  };
  const { stat: given } = world.disk;
  world.disk.stat = (path) => given(path.replace(/host\.term-\d+$/, "host"));
  const { late, now } = await takenOver(world, false);
  const before = everythingBelow(world.root);
  await expect(late.store.commit()).rejects.toMatchObject({ code: "E_LOCKED" });
  await late.store.abandon();
  expect(everythingBelow(world.root)).toEqual(before);
  await now.store.close();
});
