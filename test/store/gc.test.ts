import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gc } from "../../src/store/gc.ts";
import { aMessage, aTask, fileOf, newWorld, open, sendOp, temporaryFolder, WALL } from "./helpers.ts";

const DAYS = 24 * 3600 * 1000;
const OLD = WALL - 60 * DAYS;
const OLD_DAY = "mailbox/archive/2026/09/21";

async function withHistory() {
  const world = newWorld();
  const { store, lead, reader } = await open(world);
  const finished_at = new Date(OLD).toISOString();
  const work = { task_id: "old", subtask_id: "scan", attempt: 1, message: "m-1" };
  store.stage(reader, [
    { op: "create", task: aTask("old.scan", { status: "done", finished_at, from: "lead", reply_to: work }) },
    { op: "create", task: aTask("new.scan", { status: "done", finished_at: new Date(WALL).toISOString() }) },
    {
      op: "create",
      task: aTask("open.scan", { reply_to: { ...work, task_id: "open" }, created_at: finished_at }),
    },
    { op: "file", path: "tasks/old.scan/calls/1.json", text: "{}" },
  ]);
  for (const id of ["old", "open"]) {
    const { name, text } = fileOf(aMessage(id));
    store.stage(reader, [
      { op: "record", path: `${OLD_DAY}/${name}`, text },
      sendOp(aMessage(`${id}-sent`), "outbox"),
    ]);
  }
  store.stage(reader, [sendOp(aMessage("pending"), "pending")]);
  await store.commit({ rest: true });
  const age = (path: string) => utimesSync(path, OLD / 1000, OLD / 1000);
  for (const name of readdirSync(join(reader.directory, OLD_DAY))) age(join(reader.directory, OLD_DAY, name));
  return { world, store, lead, reader, age };
}

test("gc removes what is final and old, and leaves a line of it", async () => {
  const { store, reader, age } = await withHistory();
  const oldSent = fileOf(aMessage("old-sent")).name;
  age(join(reader.paths.outbox, oldSent));
  expect(await gc(store, reader, { now: WALL })).toEqual({ tasks: 1, messages: 2, blobs: 0 });
  expect(readdirSync(reader.paths.tasks).sort()).toEqual(["new.scan", "open.scan"]);
  expect(readdirSync(join(reader.directory, OLD_DAY))).toEqual([fileOf(aMessage("open")).name]);
  expect(existsSync(join(reader.paths.outbox, oldSent))).toBe(false);
  expect(existsSync(join(reader.paths.outbox, fileOf(aMessage("open-sent")).name))).toBe(true);
  expect(reader.pending()).toHaveLength(1);
  await store.close();
});

test("H13 a message repeated after gc is known for what it was", async () => {
  const { world, store, reader } = await withHistory();
  const work = { from: "lead", task_id: "old", subtask_id: "scan", attempt: 1 };
  expect(reader.removed(work)).toBeUndefined();
  await gc(store, reader, { now: WALL });
  expect(reader.removed(work)).toMatchObject({ task: "old.scan", body_hash: "0".repeat(64) });
  expect(reader.removed({ ...work, attempt: 2 })).toBeUndefined();
  await store.close();
  writeFileSync(reader.paths.removed, `${readFileSync(reader.paths.removed, "utf8")}{"from":"le`);
  const again = await open(world);
  expect(again.reader.removed(work)).toMatchObject({ task: "old.scan" });
  await gc(again.store, again.reader, { now: WALL + 91 * DAYS, olderThan: 365 * DAYS });
  expect(again.reader.removed(work)).toBeUndefined();
  await again.store.close();
});

test("gc keeps an attachment that a message still names", async () => {
  const { store, reader, age } = await withHistory();
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "a"), "a");
  writeFileSync(join(folder, "b"), "b");
  const [a, b] = [await reader.putBlob(join(folder, "a")), await reader.putBlob(join(folder, "b"))];
  for (const { sha256 } of [a, b]) age(reader.blobPath(sha256));
  store.stage(reader, [sendOp({ ...aMessage("named"), attachments: [a] }, "outbox")]);
  await store.commit();
  expect(await gc(store, reader, { now: WALL })).toMatchObject({ blobs: 1 });
  expect([existsSync(reader.blobPath(a.sha256)), existsSync(reader.blobPath(b.sha256))]).toEqual([
    true,
    false,
  ]);
  await store.close();
});
