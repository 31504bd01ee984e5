import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/protocol/ids.ts";
import { listDead, requeue } from "../../src/store/dead.ts";
import { aMessage, aTask, DAY, fileOf, newWorld, open, sendOp } from "./helpers.ts";

const dropped = fileOf(aMessage("d")).text;

test("H33 only names that may be messages are looked at", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  const names = ["4913", ".x.swp", "x~", ".DS_Store", ".hidden.md", "-flag.md", "a.md.part", "a.md", "9.md"];
  for (const name of names) writeFileSync(join(lead.paths.inbox, name), dropped);
  expect(lead.inbox()).toEqual(["9.md", "a.md"]);
  await store.close();
});

test("H33 a file that somebody copies in is taken when it has not changed for 500 ms", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  const path = join(lead.paths.inbox, "big.md");
  writeFileSync(path, dropped.slice(0, 200));
  expect(lead.settled("big.md")).toBe(false);
  world.now += 499;
  expect(lead.settled("big.md")).toBe(false);
  appendFileSync(path, dropped.slice(200));
  world.now += 1;
  expect(lead.settled("big.md")).toBe(false);
  world.now += 500;
  expect(lead.settled("big.md")).toBe(true);
  expect(lead.read("big.md")?.sha256).toBe(sha256(dropped));
  expect(lead.settled(fileOf(aMessage("t")).name)).toBe(true);
  await store.close();
});

test("H33 a file that grows after it was read stays, is reported, and is taken again", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  const path = join(lead.paths.inbox, "big.md");
  writeFileSync(path, dropped.slice(0, 200));
  const file = lead.read("big.md");
  appendFileSync(path, dropped.slice(200));
  store.stage(lead, [{ op: "take", name: "big.md", path: `${DAY}/big.md`, sha256: file?.sha256 ?? "" }]);
  await store.commit();
  expect(lead.inbox()).toEqual(["big.md"]);
  expect(world.problems).toEqual([expect.stringContaining("changed-while-read")]);
  const whole = lead.read("big.md");
  store.stage(lead, [{ op: "take", name: "big.md", path: `${DAY}/big.md`, sha256: whole?.sha256 ?? "" }]);
  await store.commit();
  expect(readFileSync(join(lead.directory, DAY, "big.md"), "utf8")).toBe(dropped);
  await store.close();
});

test("H33 a file that another replaces once it was refused is not refused with it", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  const path = join(lead.paths.inbox, "big.md");
  writeFileSync(path, dropped.slice(0, 200));
  lead.read("big.md");
  store.stage(lead, [{ op: "dead", name: "big.md", reason: "E_FRONTMATTER: unclosed\n" }]);
  unlinkSync(path);
  writeFileSync(path, dropped);
  await store.commit();
  expect(lead.inbox()).toEqual(["big.md"]);
  expect(readdirSync(lead.paths.dead)).toEqual([]);
  expect(world.problems).toEqual([expect.stringContaining("changed-while-read")]);
  await store.close();
});

test("H33 one name dropped twice a day, and a repeat: each has a place of its own", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  for (const [text, op] of [
    ["one", "take"],
    ["two", "take"],
    ["two", "again"],
    ["two", "again"],
  ] as const) {
    writeFileSync(join(lead.paths.inbox, "task.md"), text);
    lead.read("task.md");
    store.stage(lead, [{ op, name: "task.md", path: `${DAY}/task.md`, sha256: sha256(text) }]);
    await store.commit();
  }
  const day = join(lead.directory, DAY);
  expect(readdirSync(day).sort()).toEqual(["task-2.md", "task.again-1.md", "task.again-2.md", "task.md"]);
  expect(readFileSync(join(day, "task-2.md"), "utf8")).toBe("two");
  await store.close();
});

test("links, folders, pipes and files over the limit are refused without being read, and can be laid aside", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  const secret = join(world.root, "secret");
  writeFileSync(secret, "secret");
  symlinkSync(secret, join(lead.paths.inbox, "link.md"));
  mkdirSync(join(lead.paths.inbox, "folder.md"));
  spawnSync("mkfifo", [join(lead.paths.inbox, "pipe.md")]);
  writeFileSync(join(lead.paths.inbox, "large.md"), Buffer.alloc(2000));
  const codes = lead.inbox().map((name) => {
    expect(lead.settled(name)).toBe(name !== "large.md");
    try {
      return lead.read(name, 1999);
    } catch (error) {
      return `${name} ${(error as { code: string }).code}`;
    }
  });
  expect(codes).toEqual([
    "folder.md E_NOT_A_FILE",
    "large.md E_TOO_LARGE",
    "link.md E_NOT_A_FILE",
    "pipe.md E_NOT_A_FILE",
  ]);
  store.stage(
    lead,
    lead.inbox().map((name) => ({ op: "dead", name, reason: `E_NOT_A_FILE: ${name}` })),
  );
  await store.commit();
  expect(lead.inbox()).toEqual([]);
  expect(listDead(world.disk, lead.directory)).toEqual(
    ["folder.md", "large.md", "link.md", "pipe.md"].map((name) => ({
      name,
      reason: `E_NOT_A_FILE: ${name}`,
    })),
  );
  expect(readFileSync(secret, "utf8")).toBe("secret");
  await store.close();
});

test("a dead message goes back to the inbox on demand, but never over another one", async () => {
  const world = newWorld();
  const { store, lead, reader } = await open(world);
  const sent = fileOf(aMessage("t"));
  store.stage(lead, [sendOp(aMessage("t"))]);
  await store.commit();
  store.stage(reader, [{ op: "dead", name: sent.name, reason: "E_STATE: later" }]);
  await store.commit();
  await requeue(world.disk, reader.directory, sent.name);
  expect(reader.inbox()).toEqual([sent.name]);
  expect(listDead(world.disk, reader.directory)).toEqual([]);
  store.stage(reader, [{ op: "dead", name: sent.name, reason: "E_STATE: later" }]);
  await store.commit();
  writeFileSync(join(reader.paths.inbox, sent.name), "other");
  await expect(requeue(world.disk, reader.directory, sent.name)).rejects.toMatchObject({
    code: "E_ID_REUSED",
  });
  await expect(requeue(world.disk, reader.directory, "../x.md")).rejects.toMatchObject({
    code: "E_NOT_FOUND",
  });
  expect(readFileSync(join(reader.paths.inbox, sent.name), "utf8")).toBe("other");
  await store.close();
});

test("H34 long ids, and ids that differ in case alone, have folders of their own", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  const ids = ["Audit", "audit", "AUDIT", "x".repeat(200), `${"x".repeat(199)}y`];
  for (const id of ids) store.stage(lead, [{ op: "create", task: aTask(id) }]);
  await store.close();
  const folders = readdirSync(lead.paths.tasks);
  expect(new Set(folders.map((name) => name.toLowerCase())).size).toBe(ids.length);
  expect(Math.max(...folders.map((name) => Buffer.byteLength(name)))).toBeLessThanOrEqual(120);
  const again = await open(world);
  expect([...again.lead.tasks.keys()].sort()).toEqual([...ids].sort());
  await again.store.close();
});
