import { existsSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/protocol/ids.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { aMessage, DAY, fileOf, kill, newWorld, open, takeOp } from "./helpers.ts";

const sent = fileOf(aMessage("t"));
const delivery = { name: sent.name, bytes: Buffer.from(sent.text) };

test("a delivery is new once, the same after that, and never replaces another message", async () => {
  const world = newWorld();
  const { store, reader } = await open(world);
  const deliver = (bytes: Buffer) =>
    deliverInto(world.disk, reader.directory, { ...delivery, bytes }, { sync: true });
  expect(await deliver(delivery.bytes)).toBe("new");
  expect(await deliver(delivery.bytes)).toBe("same");
  await expect(deliver(Buffer.from("other"))).rejects.toMatchObject({ code: "E_ID_REUSED" });
  expect(readFileSync(join(reader.paths.inbox, sent.name), "utf8")).toBe(sent.text);
  expect(readdirSync(reader.paths.tmp)).toEqual([]);
  await store.close();
});

test("a repeat that comes while the receiver takes the first is put there as a repeat, never refused", async () => {
  const world = newWorld();
  const { store, reader } = await open(world);
  await deliverInto(world.disk, reader.directory, delivery, { sync: true });
  const target = join(reader.paths.inbox, sent.name);
  const link = (from: string, to: string) => {
    try {
      world.disk.link(from, to);
    } catch (error) {
      unlinkSync(target);
      throw error;
    }
  };
  expect(await deliverInto({ ...world.disk, link }, reader.directory, delivery, { sync: true })).toBe("new");
  expect(readFileSync(target, "utf8")).toBe(sent.text);
  await store.close();
});

test("a folder that is no workspace is E_NOT_FOUND", async () => {
  const world = newWorld();
  const done = deliverInto(world.disk, join(world.root, "nobody"), delivery, { sync: true });
  await expect(done).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  expect(existsSync(join(world.root, "nobody"))).toBe(false);
});

test("H36 attachments are in place before the message that names them, in one host and between two", async () => {
  const world = newWorld();
  const { store, lead, reader } = await open(world);
  const source = join(world.root, "report.csv");
  writeFileSync(source, "a,b\n1,2\n");
  const attachment = await lead.putBlob(source);
  expect(attachment).toEqual({
    name: "report.csv",
    sha256: sha256("a,b\n1,2\n"),
    bytes: 8,
    media_type: "text/csv",
  });
  writeFileSync(source, "changed later");
  const blobs = [attachment.sha256];
  store.stage(lead, [{ op: "send", name: sent.name, to: "reader", text: sent.text, place: "inbox", blobs }]);
  await store.commit();
  expect(readFileSync(reader.blobPath(attachment.sha256), "utf8")).toBe("a,b\n1,2\n");
  await store.close();

  const calls: string[] = [];
  const disk: Disk = { ...nodeDisk(), link: (from, to) => calls.push(to) && world.disk.link(from, to) };
  const other = await open(newWorld());
  const blob = { sha256: attachment.sha256, path: lead.blobPath(attachment.sha256) };
  await deliverInto(disk, other.reader.directory, { ...delivery, blobs: [blob] }, { sync: true });
  expect(calls).toEqual([
    other.reader.blobPath(attachment.sha256),
    join(other.reader.paths.inbox, sent.name),
  ]);
  const missing = { sha256: sha256("nothing"), path: lead.blobPath(sha256("nothing")) };
  const failing = deliverInto(
    disk,
    other.reader.directory,
    { name: "x.md", bytes: delivery.bytes, blobs: [missing] },
    { sync: true },
  );
  await expect(failing).rejects.toMatchObject({ code: "E_BLOB" });
  expect(other.reader.inbox()).toEqual([sent.name]);
  await other.store.close();
});

test("H36 a blob of a message that a killed host handed over is there after the replay", async () => {
  const world = newWorld();
  const { store, lead, reader } = await open(world);
  const source = join(world.root, "a.txt");
  writeFileSync(source, "text");
  const { sha256: hash } = await lead.putBlob(source);
  const disk = world.disk;
  // The host ends in the middle of the commit: the record stands, the files do not follow.
  world.disk = disk;
  const create = disk.create;
  disk.create = (path, content, mode) => {
    if (path.includes("mailbox/tmp")) throw Object.assign(new Error("EIO"), { code: "EIO" });
    create(path, content, mode);
  };
  store.stage(lead, [
    { op: "send", name: sent.name, to: "reader", text: sent.text, place: "inbox", blobs: [hash] },
  ]);
  await expect(store.commit()).rejects.toMatchObject({ code: "E_DISK" });
  disk.create = create;
  kill(world);
  const again = await open(world);
  expect(again.reader.inbox()).toEqual([sent.name]);
  expect(readFileSync(reader.blobPath(hash), "utf8")).toBe("text");
  await again.store.close();
});

test("between two file systems the message is copied, whole, by way of the receiver's tmp", async () => {
  const world = newWorld();
  const disk = nodeDisk();
  world.disk = {
    ...disk,
    link(from, to) {
      if (from.includes("/lead/") !== to.includes("/lead/"))
        throw Object.assign(new Error("EXDEV"), { code: "EXDEV" });
      disk.link(from, to);
    },
  };
  const { store, lead, reader } = await open(world);
  const source = join(world.root, "a.txt");
  writeFileSync(source, "text");
  const { sha256: hash } = await lead.putBlob(source);
  store.stage(lead, [
    { op: "send", name: sent.name, to: "reader", text: sent.text, place: "inbox", blobs: [hash] },
  ]);
  await store.commit();
  expect(reader.read(sent.name)?.sha256).toBe(sent.sha256);
  expect(readFileSync(reader.blobPath(hash), "utf8")).toBe("text");
  expect(statSync(join(reader.paths.inbox, sent.name)).nlink).toBe(1);
  const blob = { sha256: hash, path: lead.blobPath(hash) };
  const { name } = fileOf(aMessage("u"));
  await deliverInto(
    world.disk,
    reader.directory,
    { name, bytes: delivery.bytes, blobs: [blob] },
    { sync: true },
  );
  expect(reader.inbox()).toHaveLength(2);
  expect(readdirSync(reader.paths.tmp)).toEqual([]);
  await store.close();
});

test("a name that another message has in the receiver's inbox leaves the message pending", async () => {
  const world = newWorld();
  const { store, lead, reader } = await open(world);
  writeFileSync(join(reader.paths.inbox, sent.name), "another message");
  store.stage(lead, [{ op: "send", name: sent.name, to: "reader", text: sent.text, place: "inbox" }]);
  await store.commit();
  expect(lead.pending().map(({ name }) => name)).toEqual([sent.name]);
  expect(readFileSync(join(reader.paths.inbox, sent.name), "utf8")).toBe("another message");
  await store.close();
});

test("a message is sent again as it was; one that somebody removed is reported", async () => {
  const world = newWorld();
  const { store, lead, reader } = await open(world);
  store.stage(lead, [{ op: "send", name: sent.name, to: "reader", text: sent.text, place: "inbox" }]);
  await store.commit();
  store.relink(lead, sent.name, reader);
  store.stage(reader, [takeOp(sent)]);
  await store.commit();
  store.relink(lead, sent.name, reader);
  expect(reader.read(sent.name)?.sha256).toBe(sent.sha256);
  store.stage(reader, [{ op: "again", name: sent.name, path: `${DAY}/${sent.name}`, sha256: sent.sha256 }]);
  await store.commit();
  const again = `${sent.name.replace(/\.md$/, "")}.again-1.md`;
  expect(readdirSync(join(reader.directory, DAY)).sort()).toEqual([again, sent.name].sort());
  unlinkSync(join(lead.paths.outbox, sent.name));
  store.relink(lead, sent.name, reader);
  expect(world.problems).toEqual([expect.stringContaining("removed from the outbox")]);
  await store.close();
});
