import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/protocol/ids.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import type { Disk } from "../../src/store/disk.ts";
import { blobPath, workspacePaths } from "../../src/store/layout.ts";
import { makeWorkspace } from "../../src/store/make-workspace.ts";
import { seededRandom } from "../sim/random.ts";
import { VirtualDisk } from "../sim/virtual-disk.ts";
import { settled } from "../sim/virtual-time.ts";
import { aMessage, aTask, DAY, fileOf, kill, newWorld, open, sendOp, takeOp } from "./helpers.ts";

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const INBOX = "/w/reader/mailbox/inbox";

async function worldOn(machine: VirtualDisk) {
  const world = newWorld("/w", machine.attach());
  await (await open(world)).store.close();
  kill(world);
  return world;
}

/** Once, the sync that includes this file fails, and what it loses is that file. */
function failSyncOf(machine: VirtualDisk, disk: Disk, ending: string): void {
  const sync = disk.sync.bind(disk);
  disk.sync = (files, folders) => {
    const lost = files.find((path) => path.startsWith("/w/lead/tasks/") && path.endsWith(ending));
    if (lost === undefined) return sync(files, folders);
    disk.sync = sync;
    machine.failNext("sync", "EIO");
    return sync([lost, ...files], folders);
  };
}

function textAt(machine: VirtualDisk, path: string): string | undefined {
  const bytes = machine.files().get(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

test("H1 a delivery that is cut off by the power leaves the whole message or none", async () => {
  for (const seed of SEEDS) {
    for (let calls = 1; calls <= 6; calls++) {
      const machine = new VirtualDisk();
      await worldOn(machine);
      const { name, text } = fileOf(aMessage("m", 1, "word ".repeat(100)));
      const process = machine.attach();
      process.dieIn(calls, seededRandom(seed));
      void deliverInto(process, "/w/reader", { name, bytes: Buffer.from(text) }, { sync: true }).catch(
        () => {},
      );
      await new Promise((resolve) => setImmediate(resolve));
      machine.crash(seededRandom(seed));
      expect([undefined, text]).toContain(textAt(machine, join(INBOX, name)));
    }
  }
});

test("H1 of a delivery that is cut off by the power no name is in the inbox without its attachments", async () => {
  let cut = 0;
  for (const seed of SEEDS) {
    for (let calls = 1; calls <= 16; calls++) {
      const machine = new VirtualDisk({ syncAll: false });
      const world = await worldOn(machine);
      const bytes = Buffer.from("an attachment");
      const blob = { sha256: sha256(bytes), path: "/w/lead/a.txt" };
      world.disk.create(blob.path, bytes);
      await world.disk.sync([blob.path], ["/w/lead"]);
      const { name, text } = fileOf(aMessage("m"));
      const process = machine.attach();
      process.dieIn(calls, seededRandom(seed));
      const delivery = { name, bytes: Buffer.from(text), blobs: [blob] };
      void deliverInto(process, "/w/reader", delivery, { sync: true }).catch(() => {});
      await settled();
      machine.crash(seededRandom(seed * 100 + calls));
      const path = blobPath(workspacePaths("/w/reader"), blob.sha256);
      if (textAt(machine, join(INBOX, name)) !== undefined)
        expect(textAt(machine, path)).toBe("an attachment");
      else cut += 1;
    }
  }
  expect(cut).toBeGreaterThan(20);
});

test("H7 a delivery whose sync failed is made anew, not synced again", async () => {
  for (const seed of SEEDS) {
    const machine = new VirtualDisk();
    await worldOn(machine);
    const { name, text } = fileOf(aMessage("m", 1, "word ".repeat(100)));
    const delivery = { name, bytes: Buffer.from(text) };
    machine.failNext("sync", "EIO");
    await expect(deliverInto(machine.attach(), "/w/reader", delivery, { sync: true })).rejects.toThrow("EIO");
    await deliverInto(machine.attach(), "/w/reader", delivery, { sync: true });
    machine.crash(seededRandom(seed));
    expect(textAt(machine, join(INBOX, name))).toBe(text);
  }
});

test("H7 what a failed host had not synced is written anew by the next", async () => {
  for (const seed of SEEDS) {
    const machine = new VirtualDisk({ syncAll: false });
    const world = await worldOn(machine);
    const { store, lead } = await open(world);
    store.stage(lead, [
      { op: "create", task: aTask("t1") },
      { op: "file", path: "tasks/t1/calls/1.json", text: '{"n":1}' },
    ]);
    await store.commit({ rest: true });
    // The first file of the sync that fails is the one that is lost.
    failSyncOf(machine, world.disk, seed % 2 === 0 ? "/calls/1.json" : "/task.md");
    await expect(store.checkpoint()).rejects.toMatchObject({ code: "E_DISK" });
    kill(world);
    await (await open(world)).store.close();
    machine.crash(seededRandom(seed));
    expect(textAt(machine, "/w/lead/tasks/t1/calls/1.json")).toBe('{"n":1}');
    expect(textAt(machine, "/w/lead/tasks/t1/task.md")).toContain("task_id: t1");
  }
});

test("H7 a file that stands in no record survives its being written anew", async () => {
  const text = `---\ntype: task\n---\n${"word ".repeat(200)}`;
  const path = `${DAY}/by hand.md`;
  for (const seed of SEEDS) {
    const machine = new VirtualDisk({ syncAll: false });
    const world = await worldOn(machine);
    const person = machine.attach();
    person.create(join(INBOX, "by hand.md"), text);
    await person.sync([join(INBOX, "by hand.md")], [INBOX]);
    const { store, reader } = await open(world);
    store.stage(reader, [{ op: "take", name: "by hand.md", path, sha256: sha256(text) }]);
    await store.commit();
    machine.failNext("sync", "EIO");
    await expect(store.checkpoint()).rejects.toMatchObject({ code: "E_DISK" });
    kill(world);
    const next = machine.attach();
    world.disk = next;
    next.dieIn(1 + seed, seededRandom(seed));
    void open(world).catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    machine.crash(seededRandom(seed));
    const left = [join(INBOX, "by hand.md"), join("/w/reader", path)].map((place) => textAt(machine, place));
    expect(left).toContain(text);
  }
});

test("an attachment came with a message that has left the inbox: it is there after a loss of power", async () => {
  for (const seed of SEEDS) {
    const machine = new VirtualDisk();
    const world = await worldOn(machine);
    const first = await open(world);
    const { sha256: hash } = await first.lead.putBlobText("notes", "some notes");
    const sent = fileOf(aMessage("m"));
    first.store.stage(first.lead, [{ ...sendOp(aMessage("m")), blobs: [hash] } as ReturnType<typeof sendOp>]);
    await first.store.commit();
    first.store.stage(first.reader, [takeOp(sent)]);
    await first.store.commit();
    kill(world);
    machine.crash(seededRandom(seed));
    world.disk = machine.attach();
    await (await open(world)).store.close();
    machine.crash(seededRandom(seed));
    const path = `/w/reader/mailbox/blobs/sha256/${hash.slice(0, 2)}/${hash}`;
    expect(sha256(textAt(machine, path) ?? "")).toBe(hash);
  }
});

test("a workspace that was being made when its maker died is durable once it is used", async () => {
  for (const seed of SEEDS) {
    const machine = new VirtualDisk();
    const maker = machine.attach();
    maker.dieIn(1 + (seed % 18), seededRandom(seed));
    void makeWorkspace(maker, "/w/reader").catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    await makeWorkspace(machine.attach(), "/w/reader");
    const { name, text } = fileOf(aMessage("m"));
    await deliverInto(machine.attach(), "/w/reader", { name, bytes: Buffer.from(text) }, { sync: true });
    machine.crash(seededRandom(seed));
    expect(textAt(machine, join(INBOX, name))).toBe(text);
  }
});

test("a host that died at its first start leaves nothing that the next start does not make durable", async () => {
  for (const seed of SEEDS) {
    const machine = new VirtualDisk();
    const world = newWorld("/w", machine.attach());
    (world.disk as ReturnType<typeof machine.attach>).dieIn(seed * 3, seededRandom(seed));
    void open(world).catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    kill(world);
    world.disk = machine.attach();
    const { store, lead } = await open(world);
    store.stage(lead, [{ op: "create", task: aTask("t1") }]);
    await store.commit({ rest: true });
    await store.close();
    machine.crash(seededRandom(seed));
    expect(textAt(machine, "/w/lead/tasks/t1/task.md")).toContain("task_id: t1");
    expect(textAt(machine, "/w/lead/.clawflow/owner")).toContain("workspace");
  }
});

test("H7 a journal whose own sync failed is written anew before files follow it", async () => {
  for (let calls = 1; calls <= 60; calls++) {
    for (const seed of [1, 2, 3]) {
      const machine = new VirtualDisk({ syncAll: false });
      const world = await worldOn(machine);
      const { store, lead } = await open(world);
      store.stage(lead, [{ op: "create", task: aTask("t1") }]);
      await store.commit();
      store.stage(lead, [{ op: "change", task: "t1", change: { rev: 2 } }, sendOp(aMessage("t1"))]);
      machine.failNext("datasync", "EIO");
      machine.failNext("truncate", "EIO");
      await expect(store.commit()).rejects.toMatchObject({ code: "E_DISK" });
      kill(world);
      const next = machine.attach();
      world.disk = next;
      next.dieIn(calls, seededRandom(seed));
      void open(world).catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
      machine.crash(seededRandom(seed));
      kill(world);
      world.disk = machine.attach();
      const again = await open(world);
      const { name } = fileOf(aMessage("t1"));
      const isSent = textAt(machine, `/w/lead/mailbox/outbox/${name}`) !== undefined;
      const isThere = textAt(machine, join(INBOX, name)) !== undefined;
      const isChanged = again.lead.task("t1")?.rev === 2;
      expect([calls, seed, isSent, isThere]).toEqual([calls, seed, isChanged, isChanged]);
      await again.store.close();
    }
  }
});

test("H7 a folder whose sync failed is not made good by a second one: what was made in it is made anew", async () => {
  const machine = new VirtualDisk({ syncAll: false });
  await worldOn(machine);
  const disk = machine.attach();
  const { name, text } = fileOf(aMessage("m"));
  const delivery = { name, bytes: Buffer.from(text) };
  const sync = disk.sync.bind(disk);
  const fail = (ending: string) => {
    disk.sync = async (files, folders) => {
      if (![...files, ...folders].some((path) => path.endsWith(ending))) return sync(files, folders);
      disk.sync = sync;
      throw Object.assign(new Error("EIO: ordered"), { code: "EIO" });
    };
  };
  const inode = () => disk.stat(join(INBOX, name))?.ino;
  fail("/inbox");
  await expect(deliverInto(disk, "/w/reader", delivery, { sync: true })).rejects.toThrow("power cut");
  // Its receiver may be at work on it already, so it stays; the next time it is a file and a name that were not synced before.
  for (let times = 0; times < 2; times++) {
    const before = inode();
    expect(before).toBeDefined();
    if (times === 0) fail("/inbox");
    const again = deliverInto(disk, "/w/reader", delivery, { sync: true });
    if (times === 0) await expect(again).rejects.toThrow("power cut");
    else expect(await again).toBe("same");
    expect(inode()).not.toBe(before);
    expect(textAt(machine, join(INBOX, name))).toBe(text);
  }
  expect(disk.list("/w/reader/mailbox/tmp")).toEqual([]);
  fail("/new");
  await expect(makeWorkspace(disk, "/w/new/place")).rejects.toThrow("EIO");
  expect(disk.stat("/w/new/place")).toBeUndefined();
  fail("/mailbox");
  await expect(makeWorkspace(disk, "/w/new/place")).rejects.toThrow("EIO");
  expect(disk.list("/w/new/place")).toEqual([]);
});

test("earlier texts of a task are durable, or gone, once a start has replayed what wrote them", async () => {
  for (const seed of Array.from({ length: 60 }, (_, index) => index + 1)) {
    const machine = new VirtualDisk();
    const world = await worldOn(machine);
    const first = await open(world);
    first.store.stage(first.lead, [{ op: "create", task: aTask("t") }]);
    await first.store.commit({ rest: true });
    const whole = textAt(machine, "/w/lead/tasks/t/task.md");
    first.store.stage(first.lead, [{ op: "change", task: "t", change: { rev: 2, text: { notes: "2" } } }]);
    await first.store.commit({ rest: true });
    kill(world);
    world.disk = machine.attach();
    await open(world);
    kill(world);
    machine.crash(seededRandom(seed));
    world.disk = machine.attach();
    const { lead, store } = await open(world);
    lead.findEdits();
    world.now += 300;
    expect({ seed, edits: lead.findEdits() }).toEqual({ seed, edits: [] });
    expect([whole, undefined]).toContain(textAt(machine, "/w/lead/.clawflow/base/t@1.md"));
    await store.close();
  }
});

test("a message outlasts a power cut also where the workspace was made by a host that stands still", async () => {
  for (const seed of SEEDS) {
    const { name, text } = fileOf(aMessage("m", 1, "word"));
    const give = async (how: (disk: Disk) => Promise<unknown>) => {
      const machine = new VirtualDisk();
      const frozen = machine.attach();
      for (const folder of ["inbox", "tmp", "blobs/sha256"]) frozen.mkdir(`/w/reader/mailbox/${folder}`);
      frozen.mkdir("/w/reader/.clawflow");
      frozen.create("/w/reader/.clawflow/owner", "{}");
      await machine.attach().sync([], ["/"]);
      await how(machine.attach());
      machine.crash(seededRandom(seed));
      return textAt(machine, join(INBOX, name));
    };
    const deliver = (disk: Disk) =>
      deliverInto(disk, "/w/reader", { name, bytes: Buffer.from(text) }, { sync: true });
    expect(await give(deliver)).toBe(text);
    const made = await give(async (disk) => {
      await makeWorkspace(disk, "/w/reader");
      await deliverInto(disk, "/w/reader", { name, bytes: Buffer.from(text) }, { sync: true });
    });
    expect(made).toBe(text);
  }
});

test("whatever a power cut leaves of a first start, and somebody gives work then, the next start takes the workspaces: they are no copies", async () => {
  for (const seed of SEEDS) {
    for (let calls = 5; calls <= 125; calls += 3) {
      const machine = new VirtualDisk({ syncAll: false });
      const world = newWorld("/w", machine.attach());
      const process = machine.attach();
      process.dieIn(calls, seededRandom(seed));
      world.disk = process;
      void open(world).catch(() => {});
      await settled();
      kill(world);
      machine.crash(seededRandom(seed));
      world.disk = machine.attach();
      await makeWorkspace(world.disk, "/w/lead");
      await (await open(world)).store.close();
    }
  }
});

test("a start looks through the files that were replaced once, however many tasks the journal holds", async () => {
  const world = await worldOn(new VirtualDisk());
  const first = await open(world);
  const ids = Array.from({ length: 30 }, (_, n) => `t${n}`);
  for (const id of ids) first.store.stage(first.lead, [{ op: "create", task: aTask(id) }]);
  await first.store.commit({ rest: true });
  for (const id of ids) first.store.stage(first.lead, [{ op: "change", task: id, change: { rev: 2 } }]);
  await first.store.commit({ rest: true });
  kill(world);
  const { kept } = first.lead.paths;
  expect(world.disk.list(kept).length).toBeGreaterThanOrEqual(ids.length);
  let looks = 0;
  const { disk } = world;
  const list = disk.list.bind(disk);
  disk.list = (path) => {
    if (path === kept) looks++;
    return list(path);
  };
  await open(world);
  expect(looks).toBeLessThanOrEqual(3);
});
