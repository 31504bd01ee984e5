import { linkSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Op } from "../../src/store/types.ts";
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

/** What a host that takes over does first, all at once: its claim, and `tmp/` is empty. */
function takeOverNow(world: World): void {
  const claim = join(world.root, ".host", "host");
  const term = `${claim}.term-2`;
  writeFileSync(term, `${JSON.stringify({ pid: 99, token: "other", term: 2, directory: dirname(claim) })}\n`);
  rmSync(claim);
  linkSync(term, claim);
  for (const agent of ["lead", "reader"]) {
    const tmp = join(world.root, agent, "mailbox", "tmp");
    for (const name of readdirSync(tmp)) rmSync(join(tmp, name));
  }
}

/** Operations of a commit, each by what it makes; `back`: where what was done before it is undone. */
const WITHIN: { at: string; what: string; path: RegExp; back?: RegExp }[] = [
  { at: "stages a file", what: "create", path: /\/tmp\/s-/ },
  { at: "moves a task.md away", what: "rename", path: /\/kept\// },
  { at: "puts a task.md in its place", what: "link", path: /task\.md$/, back: /\/(tasks|kept)/ },
  { at: "keeps an earlier text", what: "link", path: /\/base\/.*@/ },
  { at: "replaces the base copy", what: "rename", path: /\/base\/[^@]*$/, back: /\/base/ },
  { at: "puts a message into its outbox", what: "rename", path: /\/outbox\// },
  { at: "puts a message into an inbox", what: "link", path: /\/inbox\// },
];

test.each(WITHIN)(
  "H37 a host that stood still within a commit changes nothing: before it $at",
  async (point) => {
    const world = newWorld();
    const { store, lead } = await open(world);
    store.stage(lead, [{ op: "create", task: aTask("t") }]);
    await store.commit({ rest: true });
    const lastly = everythingBelow(world.root);
    let before: Record<string, string> | undefined;
    const whenReached = (what: string, path: string) => {
      if (before !== undefined || what !== point.what || !point.path.test(path)) return;
      takeOverNow(world);
      before = everythingBelow(world.root);
    };
    const { create, link, rename } = world.disk;
    Object.assign(world.disk, {
      create(path: string, ...rest: [string]) {
        whenReached("create", path);
        create(path, ...rest);
      },
      link(from: string, to: string) {
        whenReached("link", to);
        link(from, to);
      },
      rename(from: string, to: string) {
        whenReached("rename", to);
        rename(from, to);
      },
    });
    const change: Op = { op: "change", task: "t", change: { rev: 2, fields: { title: "late" } } };
    store.stage(lead, [sendOp(aMessage("t"), "inbox"), change]);
    await expect(store.commit({ rest: true })).rejects.toMatchObject({ code: "E_LOCKED" });
    await store.abandon();
    const isBack = ([path]: [string, string]) => point.back?.test(path) === true;
    const expected = [
      ...Object.entries(before ?? {}).filter((entry) => !isBack(entry)),
      ...Object.entries(lastly).filter(isBack),
    ];
    expect(everythingBelow(world.root)).toEqual(Object.fromEntries(expected));
  },
);

test("a journal that a host which went on late has given its second name is put aside all the same", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  await store.commit();
  const journal = join(world.root, ".host", "journal");
  linkSync(journal, `${journal}.old`);
  await store.checkpoint();
  expect(readdirSync(dirname(journal))).not.toContain("journal.old");
  expect(store.journalBytes).toBe(0);
  await store.close();
});
