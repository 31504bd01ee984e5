import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { MOST_SWEPT } from "../../src/store/sweep.ts";
import { aMessage, aTask, fileOf, kill, newWorld, open, sendOp } from "./helpers.ts";

test("a start removes what hosts left in tmp/, and nothing of anybody else", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  await store.close();
  for (const name of ["s-9-1-1", "s-9-1-2", "d-young", "notes.txt"])
    writeFileSync(join(lead.paths.tmp, name), "x");
  mkdirSync(join(lead.paths.tmp, "s-folder"));
  const again = await open(world);
  expect(readdirSync(again.lead.paths.tmp).sort()).toEqual(["d-young", "notes.txt", "s-folder"]);
});

test("a start does not wait until a million leftovers are gone", async () => {
  const world = newWorld();
  await (await open(world)).store.close();
  const real = nodeDisk();
  const isLeft = (path: string) => path.includes("/lead/mailbox/tmp/s-left-");
  const fileStat = { size: 1, mtimeMs: 0, ino: 1, dev: 1, nlink: 1 };
  let [unlinked, most] = [0, 0];
  const many: Disk = {
    ...real,
    list(path, atMost) {
      if (!path.endsWith("/lead/mailbox/tmp")) return real.list(path, atMost);
      most = atMost ?? Number.POSITIVE_INFINITY;
      return Array.from({ length: Math.min(1_000_000, most) }, (_, n) => `s-left-${n}`);
    },
    stat: (path) => (isLeft(path) ? { ...fileStat, kind: "file" } : real.stat(path)),
    unlink: (path) => (isLeft(path) ? void unlinked++ : real.unlink(path)),
  };
  world.disk = many;
  await (await open(world)).store.close();
  expect([unlinked, most]).toEqual([MOST_SWEPT, MOST_SWEPT]);
});

test("the real disk lists no more names than are wanted", () => {
  const { root } = newWorld();
  for (let n = 0; n < 10; n++) writeFileSync(join(root, `${n}`), "");
  const disk = nodeDisk();
  expect(disk.list(root, 4)).toHaveLength(4);
  expect(disk.list(root, 40).sort()).toEqual(disk.list(root).sort());
  expect(() => disk.list(join(root, "none"), 4)).toThrow(/ENOENT/);
});

test("a name in tmp/ that a leftover has is passed over", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  // The process of the test has number 1 and started at 1.
  for (let n = 0; n < 200; n++) writeFileSync(join(lead.paths.tmp, `s-1-1-${n}`), "left over");
  const sent = fileOf(aMessage("t"));
  store.stage(lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"))]);
  await store.commit();
  expect(existsSync(join(lead.paths.outbox, sent.name))).toBe(true);
  kill(world);
});
