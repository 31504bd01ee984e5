import { expect, test } from "vitest";
import type { Disk } from "../../src/store/disk.ts";
import { seededRandom } from "../sim/random.ts";
import { VirtualDisk } from "../sim/virtual-disk.ts";
import { aMessage, aTask, DAY, fileOf, kill, newWorld, open, sendOp, takeOp, type World } from "./helpers.ts";

/** Loses everything that was not synced. */
const LOSE_ALL = () => 0;

function onVirtualDisk(): { machine: VirtualDisk; world: World } {
  const machine = new VirtualDisk();
  return { machine, world: newWorld("/w", machine.attach()) };
}

function textAt(machine: VirtualDisk, path: string): string | undefined {
  const bytes = machine.files().get(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

async function restart(machine: VirtualDisk, world: World, power?: () => number) {
  kill(world);
  if (power !== undefined) machine.crash(power);
  world.disk = machine.attach();
  return open(world);
}

const sent = fileOf(aMessage("t"));

test("H1 a name with no content, or a part of it, in the receiver's inbox is no delivery: it is made whole", async () => {
  for (const bytes of [0, 1, 100]) {
    const { machine, world } = onVirtualDisk();
    const { store, lead, reader } = await open(world);
    store.stage(lead, [sendOp(aMessage("t"))]);
    await store.commit();
    const target = `${reader.paths.inbox}/${sent.name}`;
    const disk: Disk = world.disk;
    disk.unlink(target);
    disk.create(target, sent.text.slice(0, bytes));
    const again = await restart(machine, world);
    expect(textAt(machine, target)).toBe(sent.text);
    expect(again.reader.read(sent.name)?.sha256).toBe(sent.sha256);
    expect(again.reader.inbox()).toEqual([sent.name]);
  }
});

test("H1 whatever a power cut leaves of a commit, the message lies whole at both ends", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { machine, world } = onVirtualDisk();
    const { store, lead, reader } = await open(world);
    store.stage(lead, [sendOp(aMessage("t"))]);
    await store.commit();
    await restart(machine, world, seededRandom(seed));
    expect(textAt(machine, `${reader.paths.inbox}/${sent.name}`)).toBe(sent.text);
    expect(textAt(machine, `${lead.paths.outbox}/${sent.name}`)).toBe(sent.text);
  }
});

test("H2 the journal is emptied only when the receiver's inbox is durable too", async () => {
  const { machine, world } = onVirtualDisk();
  const { store, lead, reader } = await open(world);
  store.stage(lead, [sendOp(aMessage("t"))]);
  await store.commit();
  await store.checkpoint();
  expect(store.journalBytes).toBe(0);
  await restart(machine, world, LOSE_ALL);
  expect(textAt(machine, `${reader.paths.inbox}/${sent.name}`)).toBe(sent.text);
});

test("H4 a message that was accepted, archived or refused since the record is not made again", async () => {
  const { machine, world } = onVirtualDisk();
  const { store, lead, reader } = await open(world);
  const other = fileOf(aMessage("u"));
  store.stage(lead, [sendOp(aMessage("t"), "pending"), sendOp(aMessage("u"))]);
  await store.commit();
  store.accepted(lead, sent.name);
  store.stage(reader, [takeOp(other)]);
  await store.commit();
  const again = await restart(machine, world);
  expect(again.lead.pending()).toEqual([]);
  expect(textAt(machine, `${lead.paths.outbox}/${sent.name}`)).toBe(sent.text);
  expect(again.reader.inbox()).toEqual([]);
  expect(textAt(machine, `/w/reader/${DAY}/${other.name}`)).toBe(other.text);
});

test("H5 after kill -9 all stands in the page cache; it is synced before the journal is emptied", async () => {
  const { machine, world } = onVirtualDisk();
  const { store, lead, reader } = await open(world);
  const foreign = fileOf(aMessage("f"));
  store.stage(lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"))]);
  await store.commit({ rest: true });
  store.stage(reader, [takeOp(sent)]);
  await store.commit();
  store.stage(lead, [sendOp(aMessage("f"), "pending")]);
  await store.commit();
  await restart(machine, world);
  const last = await restart(machine, world, LOSE_ALL);
  expect(last.lead.tasks.get("t")?.rev).toBe(1);
  expect(textAt(machine, "/w/lead/tasks/t/task.md")).toContain("task_id: t");
  expect(textAt(machine, `/w/reader/${DAY}/${sent.name}`)).toBe(sent.text);
  expect(last.reader.inbox()).toEqual([]);
  expect(last.lead.pending().map(({ name }) => name)).toEqual([foreign.name]);
});

test("H7 after a sync that failed nothing is tried again: every call says so, and the next start has all", async () => {
  for (const call of ["datasync", "sync"] as const) {
    const { machine, world } = onVirtualDisk();
    const { store, lead } = await open(world);
    store.stage(lead, [{ op: "create", task: aTask("t") }]);
    await store.commit();
    store.stage(lead, [{ op: "change", task: "t", change: { rev: 2 } }]);
    machine.failNext(call, "EIO");
    const before = machine.counts[call] ?? 0;
    const failed = call === "datasync" ? store.commit() : store.checkpoint();
    await expect(failed).rejects.toMatchObject({ code: "E_DISK" });
    expect((machine.counts[call] ?? 0) - before).toBe(1);
    expect(() => store.stage(lead, [])).toThrow(/disk failed/);
    await expect(store.commit()).rejects.toMatchObject({ code: "E_DISK" });
    await expect(store.checkpoint()).rejects.toMatchObject({ code: "E_DISK" });
    await store.close();
    expect((machine.counts[call] ?? 0) - before).toBe(1);
    const again = await restart(machine, world, LOSE_ALL);
    expect(again.lead.tasks.get("t")?.rev).toBe(call === "datasync" ? 1 : 2);
  }
});

test("H5 the journal of a killed host is synced before the first file follows it", async () => {
  const { machine, world } = onVirtualDisk();
  const { store, lead } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t"))]);
  await store.commit();
  kill(world);
  const disk: Disk = machine.attach();
  const calls: string[] = [];
  const noting = (name: string, paths: readonly string[]) => calls.push(`${name} ${paths.join(" ")}`);
  world.disk = new Proxy(disk, {
    get(target, name: keyof Disk) {
      if (name === "sync")
        return (files: string[], folders: string[]) => noting(name, files) && target.sync(files, folders);
      if (name === "create")
        return (path: string, text: string) => noting(name, [path]) && target.create(path, text);
      return (target[name] as () => unknown).bind(target);
    },
  });
  await open(world);
  const synced = calls.findIndex((call) => call.startsWith("sync") && call.includes("/w/.host/journal"));
  const followed = calls.findIndex((call) => call.startsWith("create /w/lead"));
  expect(synced).toBeGreaterThanOrEqual(0);
  expect(followed).toBeGreaterThan(synced);
});

test("H2 a file that is renamed while the journal is being emptied is durable under its new name", async () => {
  const { machine, world } = onVirtualDisk();
  const disk = world.disk;
  let meanwhile = () => {};
  world.disk = new Proxy(disk, {
    get(target, name: keyof Disk) {
      if (name === "syncAll") return undefined;
      if (name !== "sync") return (target[name] as () => unknown).bind(target);
      // One after the other, as a real disk does it.
      return async (files: string[], folders: string[]) => {
        for (const file of files) {
          if (file.includes("/pending/")) meanwhile();
          await target.sync([file], []);
        }
        await target.sync([], folders);
      };
    },
  });
  const { store, lead } = await open(world);
  store.stage(lead, [sendOp(aMessage("t"), "pending")]);
  await store.commit();
  meanwhile = () => store.accepted(lead, sent.name);
  await store.checkpoint();
  expect(store.journalBytes).toBe(0);
  machine.crash(LOSE_ALL);
  expect(textAt(machine, `${lead.paths.outbox}/${sent.name}`)).toBe(sent.text);
});

test("replaying twice is replaying once", async () => {
  const { machine, world } = onVirtualDisk();
  const { store, lead, reader } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("t") }, sendOp(aMessage("t")), sendOp(aMessage("u"))]);
  await store.commit();
  store.stage(reader, [takeOp(sent), { op: "dead", name: fileOf(aMessage("u")).name, reason: "E_TYPE: no" }]);
  await store.commit();
  const journal = machine.files().get("/w/.host/journal") ?? new Uint8Array();
  await restart(machine, world);
  const once = shown(machine);
  world.disk.unlink("/w/.host/journal");
  world.disk.create("/w/.host/journal", journal);
  await restart(machine, world);
  expect(shown(machine)).toEqual(once);
});

function shown(machine: VirtualDisk): [string, string][] {
  const all = [...machine.files()].map(([path, bytes]): [string, string] => [
    path,
    Buffer.from(bytes).toString(),
  ]);
  return all.filter(([path]) => !path.startsWith("/w/.host/")).sort();
}
