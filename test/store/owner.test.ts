import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adoptWorkspace } from "../../src/store/adopt-workspace.ts";
import { listDead } from "../../src/store/dead.ts";
import { withLock } from "../../src/store/with-lock.ts";
import { aMessage, aTask, fileOf, kill, newWorld, open, sendOp, temporaryFolder } from "./helpers.ts";

test("H8 a workspace that another host takes is replayed from the old journal first, and never again from it", async () => {
  const world = newWorld();
  const a = { directory: join(world.root, "host-a") };
  const b = { directory: join(world.root, "host-b") };
  const first = await open(world, ["lead", "reader"], a);
  first.store.stage(first.lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"), "pending")]);
  first.store.stage(first.reader, [{ op: "create", task: aTask("r") }]);
  await first.store.commit();
  const journal = readFileSync(join(a.directory, "journal"));
  kill(world);

  const second = await open(world, ["lead"], b);
  expect(second.lead.tasks.has("t")).toBe(true);
  second.store.stage(second.lead, [
    { op: "change", task: "t", change: { rev: 2, fields: { status: "cancelled" } } },
    { op: "withdraw", name: fileOf(aMessage("t")).name, path: "mailbox/archive/2026/11/20/x.md" },
  ]);
  await second.store.commit();
  await second.store.close();

  // The old host's journal as it was, as if it could not be emptied.
  writeFileSync(join(a.directory, "journal"), journal);
  const third = await open(world, ["reader"], a);
  expect(third.reader.tasks.has("r")).toBe(true);
  await third.store.close();
  const fourth = await open(world, ["lead"], b);
  expect(fourth.lead.task("t")).toMatchObject({ rev: 2, status: "cancelled" });
  expect(fourth.lead.pending()).toEqual([]);
  await fourth.store.close();
});

test("a workspace whose host is alive is refused, naming the process", async () => {
  const world = newWorld();
  const first = await open(world, ["lead"], { directory: join(world.root, "host-a") });
  const second = open(world, ["lead"], { directory: join(world.root, "host-b") });
  await expect(second).rejects.toMatchObject({
    code: "E_OWNED",
    message: expect.stringContaining("process 1"),
  });
  await first.store.close();
});

test("H37 a copy of a workspace with its pending messages is refused until somebody says what it is", async () => {
  const parent = temporaryFolder();
  const world = newWorld(join(parent, "root"));
  const { store, lead } = await open(world);
  store.stage(lead, [sendOp(aMessage("t"), "pending")]);
  await store.commit();
  await store.close();
  const copy = newWorld(join(parent, "copy"));
  cpSync(world.root, copy.root, { recursive: true });
  await expect(open(copy)).rejects.toMatchObject({ code: "E_MOVED" });
  const original = await open(world);
  expect(original.lead.pending()).toHaveLength(1);
  await original.store.close();
});

test("a copy that is said to be one starts with nothing to send, and one that is said to be moved as it was", async () => {
  const parent = temporaryFolder();
  const world = newWorld(join(parent, "root"));
  const { store, lead } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"), "pending")]);
  await store.close();
  for (const as of ["moved", "copied"] as const) {
    const copy = newWorld(join(parent, as));
    cpSync(world.root, copy.root, { recursive: true });
    for (const agent of ["lead", "reader"]) await adoptWorkspace(copy.disk, join(copy.root, agent), as);
    const { store, lead } = await open(copy);
    expect(lead.tasks.has("t")).toBe(true);
    expect(lead.pending()).toHaveLength(as === "moved" ? 1 : 0);
    expect(listDead(copy.disk, lead.directory)).toHaveLength(as === "moved" ? 0 : 1);
    await store.close();
  }
});

test("a root that is renamed whole goes on, also with a journal that a killed host left", async () => {
  const world = newWorld();
  const inner = newWorld(join(world.root, "before"));
  mkdirSync(inner.root);
  const { store, lead } = await open(inner);
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  await store.commit();
  kill(inner);
  const after = join(world.root, "after");
  renameSync(inner.root, after);
  const again = await open({ ...inner, root: after });
  expect(again.lead.tasks.has("t")).toBe(true);
  await again.store.close();
});

test("a workspace of a newer layout is refused", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  await store.close();
  writeFileSync(lead.paths.version, "2\n");
  await expect(open(world)).rejects.toMatchObject({ code: "E_LAYOUT" });
});

test.each(["a new workspace", "a workspace of a host that is gone"])(
  "hosts with folders of their own that want %s at once: one gets it, the others are refused",
  async (what) => {
    for (let round = 0; round < 5; round++) {
      const world = newWorld();
      if (what !== "a new workspace") {
        const { store, lead } = await open(world, ["lead"], { directory: join(world.root, "host-before") });
        store.stage(lead, [{ op: "create", task: aTask("t") }]);
        await store.commit();
        kill(world);
      }
      const { disk } = world;
      const begun = Array.from({ length: 4 }, (_, n) => {
        const process = world.processes.next();
        const exclusive = withLock(disk, process);
        return open(world, ["lead"], { directory: join(world.root, `host-${n}`), process, exclusive });
      });
      const ended = await Promise.allSettled(begun);
      const opened = ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      const refused = ended.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
      expect([opened.length, refused]).toEqual([1, ["E_OWNED", "E_OWNED", "E_OWNED"]]);
      expect(opened[0]?.lead.tasks.size).toBe(what === "a new workspace" ? 0 : 1);
      for (const { store } of opened) await store.close();
    }
  },
);
