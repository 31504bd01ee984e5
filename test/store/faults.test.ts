import { join } from "node:path";
import { expect, test } from "vitest";
import type { Task } from "../../src/protocol/task.ts";
import type { AppendFile, Disk } from "../../src/store/disk.ts";
import { diskError } from "../../src/store/disk-error.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { VirtualDisk } from "../sim/virtual-disk.ts";
import { aMessage, aTask, DAY, fileOf, kill, newWorld, open, sendOp, takeOp, type World } from "./helpers.ts";

const sent = fileOf(aMessage("t"));

/** The n-th call that changes something fails; `n` counts down. */
function failing(disk: Disk, fault: { n: number; code: string }): Disk {
  const strike = () => {
    if (--fault.n === 0) throw Object.assign(new Error(`${fault.code}: ordered`), { code: fault.code });
  };
  const wrap =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      strike();
      return call(...args);
    };
  const file = (inner: AppendFile): AppendFile => ({
    get size() {
      return inner.size;
    },
    append: wrap((content) => inner.append(content)),
    datasync: async () => strike(),
    truncate: (size) => inner.truncate(size),
    close: () => inner.close(),
  });
  return {
    ...disk,
    create: wrap(disk.create),
    link: wrap(disk.link),
    rename: wrap(disk.rename),
    unlink: wrap(disk.unlink),
    mkdir: wrap(disk.mkdir),
    openAppend: (path) => file(disk.openAppend(path)),
    sync: async (files, folders) => {
      strike();
      await disk.sync(files, folders);
    },
  };
}

async function work(world: World): Promise<void> {
  const { store, lead, reader } = await open(world);
  store.stage(lead, [
    { op: "create", task: aTask("t") },
    sendOp(aMessage("t")),
    sendOp(aMessage("u"), "pending"),
  ]);
  await store.commit({ rest: true });
  store.stage(reader, [takeOp(sent), { op: "create", task: aTask("t.scan") }]);
  store.stage(lead, [{ op: "change", task: "t", change: { rev: 2, fields: { status: "done" } } }]);
  store.accepted(lead, fileOf(aMessage("u")).name);
  await store.commit({ rest: true });
  await store.close();
}

test.each(["ENOSPC", "EIO"])(
  "a disk that fails once, at any call, with %s: the host stops with its code and the next goes on",
  async (code) => {
    const expected = code === "ENOSPC" ? "E_DISK_FULL" : "E_DISK";
    for (let n = 1; ; n++) {
      const world = newWorld("/w", new VirtualDisk().attach());
      const disk = world.disk;
      const fault = { n, code };
      world.disk = failing(unbound(disk), fault);
      const error = await work(world).catch((error: unknown) => error);
      if (fault.n > 0) {
        expect(n).toBeGreaterThan(70);
        return;
      }
      if (error !== undefined) expect([n, error]).toEqual([n, expect.objectContaining({ code: expected })]);
      world.disk = disk;
      kill(world);
      const again = await open(world);
      checkAllOrNothing(n, again.lead.task("t"), again.reader.task("t.scan"), disk);
      await again.store.close();
      expect(disk.list("/w/lead/mailbox/tmp")).toEqual([]);
    }
  },
  60_000,
);

/** Of each commit either all is there or nothing, and the second not without the first. */
function checkAllOrNothing(n: number, first: Task | undefined, second: Task | undefined, disk: Disk): void {
  const there = (path: string) => disk.stat(path) !== undefined;
  const other = fileOf(aMessage("u")).name;
  const shown = {
    task: first?.rev,
    inbox: there(join("/w/reader/mailbox/inbox", sent.name)),
    archive: there(join("/w/reader", DAY, sent.name)),
    outbox: there(join("/w/lead/mailbox/outbox", sent.name)),
    other:
      there(join("/w/lead/mailbox/outbox", other)) !== there(join("/w/lead/mailbox/outbox/pending", other)),
    scan: second?.rev,
  };
  const none = {
    task: undefined,
    inbox: false,
    archive: false,
    outbox: false,
    other: false,
    scan: undefined,
  };
  const one = { task: 1, inbox: true, archive: false, outbox: true, other: true, scan: undefined };
  const both = { task: 2, inbox: false, archive: true, outbox: true, other: true, scan: 1 };
  expect([n, [none, one, both]]).toEqual([n, expect.arrayContaining([shown])]);
}

/** A port whose calls can be spread. */
function unbound(disk: Disk): Disk {
  return new Proxy(disk, {
    get: (target, name: keyof Disk) => {
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
    ownKeys: () => [
      "read",
      "list",
      "stat",
      "mkdir",
      "create",
      "link",
      "rename",
      "unlink",
      "rmdir",
      "openAppend",
      "sync",
      "replace",
    ],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

test("H35 a disk that fills while task.md is replaced leaves the old text whole, and the commit in the journal", async () => {
  const path = "/w/lead/tasks/t/task.md";
  for (let creates = 0; ; creates++) {
    const machine = new VirtualDisk();
    const world = newWorld("/w", machine.attach());
    const { store, lead } = await open(world);
    store.stage(lead, [{ op: "create", task: aTask("t") }]);
    await store.commit({ rest: true });
    const before = machine.files().get(path);
    store.stage(lead, [{ op: "change", task: "t", change: { rev: 2, text: { notes: "n".repeat(5000) } } }]);
    const isFull = fillAfter(world.disk, creates);
    const full = expect.objectContaining({ code: "E_DISK_FULL" });
    const error = await store.commit({ rest: true }).catch((error: unknown) => error);
    if (!isFull()) {
      expect(creates).toBe(2);
      return;
    }
    expect(error).toEqual(full);
    expect(machine.files().get(path)).toEqual(before);
    await expect(store.commit()).rejects.toEqual(full);
    kill(world);
    world.disk = machine.attach();
    const again = await open(world);
    expect(again.lead.tasks.get("t")?.rev).toBe(2);
  }
});

/** After so many new files no more can be made. @returns whether one was refused */
function fillAfter(disk: Disk, creates: number): () => boolean {
  const create = disk.create.bind(disk);
  let left = creates;
  disk.create = (...args) => {
    if (--left < 0) throw Object.assign(new Error("ENOSPC: ordered"), { code: "ENOSPC" });
    create(...args);
  };
  return () => left < 0;
}

test("H35 a journal that cannot grow is cut back to its last whole record; what was not committed is not there", async () => {
  const machine = new VirtualDisk();
  const world = newWorld("/w", machine.attach());
  const { store, lead } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  await store.commit();
  const before = machine.files().get("/w/.host/journal");
  store.stage(lead, [{ op: "change", task: "t", change: { rev: 2 } }]);
  machine.failNext("datasync", "ENOSPC");
  await expect(store.commit()).rejects.toMatchObject({ code: "E_DISK_FULL" });
  expect(machine.files().get("/w/.host/journal")).toEqual(before);
  kill(world);
  world.disk = machine.attach();
  expect((await open(world)).lead.tasks.get("t")?.rev).toBe(1);
});

test("H35 a full disk is noticed by whoever writes a small file, which stays as it was", async () => {
  const machine = new VirtualDisk();
  const disk = machine.attach();
  disk.mkdir("/w");
  await disk.replace("/w/version", "1\n");
  machine.failNext("create", "ENOSPC");
  await expect(disk.replace("/w/version", "2\n")).rejects.toMatchObject({ code: "ENOSPC" });
  expect(Buffer.from(disk.read("/w/version")).toString()).toBe("1\n");
});

test.skipIf(process.platform !== "linux")(
  "a quota that is used up is a full disk, though Node has no name for it",
  () => {
    const error = Object.assign(new Error("Unknown system error -122: write"), {
      code: "Unknown system error -122",
      errno: -122,
    });
    const told = diskError(error, "a commit could not be written");
    expect([told.code, told.detail.found]).toEqual(["E_DISK_FULL", expect.stringContaining("EDQUOT")]);
  },
);

test("the disk of this machine: an append is whole, a new name is exclusive, a replacement is durable", async () => {
  const world = newWorld();
  const disk = nodeDisk();
  const path = join(world.root, "a");
  const file = disk.openAppend(path);
  file.append(Buffer.from("one"));
  file.append(Buffer.from("two"));
  file.truncate(3);
  await file.datasync();
  expect([file.size, Buffer.from(disk.read(path)).toString()]).toEqual([3, "one"]);
  file.close();
  expect(() => disk.create(path, "x")).toThrow(/EEXIST/);
  expect(() => disk.link(path, path)).toThrow(/EEXIST/);
  await disk.replace(path, "three");
  expect(Buffer.from(disk.read(path)).toString()).toBe("three");
  expect(disk.list(world.root)).toEqual(["a"]);
  await disk.sync([path, join(world.root, "gone")], [world.root]);
  expect(disk.stat(join(world.root, "gone"))).toBeUndefined();
  expect(disk.stat(join(path, "below a plain file"))).toBeUndefined();
});
