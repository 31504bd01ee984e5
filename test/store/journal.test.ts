import { appendFileSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Batch, Entry } from "../../src/store/entries.ts";
import { formatRecord, parseJournal } from "../../src/store/journal-record.ts";
import { aTask, kill, newWorld, open } from "./helpers.ts";

const batch = (clock: number): Batch => ({ commits: [{ agent: "a", workspace: "../a", clock, ops: [] }] });
const record = (generation: number, number: number) => formatRecord(generation, number, batch(number));
const clocks = (...parts: Uint8Array[]) =>
  parseJournal(Buffer.concat(parts), "journal").records.map(({ batch }) => batch.commits[0]?.clock);

test("a record comes back as it was written", () => {
  const entry = { op: "put", path: "a\nb", text: "é\n\u0000", mode: 0o600 } as const;
  const written: Batch = { commits: [{ agent: "a", workspace: "../a", clock: 7, ops: [entry] }] };
  expect(parseJournal(formatRecord(3, 1, written), "journal").records).toEqual([
    { generation: 3, number: 1, batch: written },
  ]);
});

test("a journal that is cut at any byte of its last record keeps all records before it", () => {
  const [first, last] = [record(1, 1), record(1, 2)];
  for (let bytes = 0; bytes < last.length; bytes++) {
    expect(clocks(first, last.subarray(0, bytes))).toEqual([1]);
    expect(clocks(first, last.subarray(0, bytes), Buffer.alloc(last.length - bytes))).toEqual([1]);
  }
  expect(clocks(first, last)).toEqual([1, 2]);
});

test("H6 records of an older generation behind the end are not taken, however whole they are", () => {
  expect(clocks(record(2, 1), record(1, 2), record(1, 3))).toEqual([1]);
  expect(clocks(record(2, 1), record(2, 2).subarray(0, 20), record(1, 3))).toEqual([1]);
});

test("a damaged record before a whole one is E_JOURNAL, not a shorter journal", () => {
  const damaged = record(1, 2);
  damaged[damaged.length - 3] = 0;
  expect(() => clocks(record(1, 1), damaged, record(1, 3))).toThrow(/E_JOURNAL|damaged record/);
  expect(() => clocks(damaged, record(1, 2))).toThrow(/damaged record/);
  expect(() => clocks(record(1, 1), record(1, 3))).toThrow(/damaged record/);
});

test("a journal of a later version is refused, not taken for a torn one", () => {
  const later = Buffer.from(record(1, 1).toString().replace("clawflow-journal 1 ", "clawflow-journal 2 "));
  expect(() => clocks(later)).toThrow(/newer version/);
  expect(() => clocks(record(1, 1), later)).toThrow(/newer version/);
  expect(clocks(record(1, 1), Buffer.from("clawflow-jou"))).toEqual([1]);
});

test("an operation that is not known stops the replay, and the journal stays", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  await store.commit();
  kill(world);
  const journal = join(world.root, ".host", "journal");
  const [first] = parseJournal(readFileSync(journal), journal).records;
  const commit = first?.batch.commits[0];
  if (first === undefined || commit === undefined) throw new Error("no record");
  const entry = { op: "hologram", path: "x" } as unknown as Entry;
  const bytes = formatRecord(first.generation, 2, { commits: [{ ...commit, ops: [entry] }] });
  appendFileSync(journal, bytes);
  const before = readFileSync(journal);
  await expect(open(world)).rejects.toThrow(/E_LAYOUT|newer version/);
  expect(readFileSync(journal)).toEqual(before);
});

test("a killed host's journal, cut at any byte of its last record, recovers to one of the two commits", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  const journal = join(world.root, ".host", "journal");
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  await store.commit();
  const sizes = [statSync(journal).size];
  store.stage(lead, [{ op: "change", task: "t", change: { rev: 2, fields: { title: "Later" } } }]);
  await store.commit();
  sizes.push(statSync(journal).size);
  kill(world);
  const cut = Math.floor(((sizes[0] ?? 0) + (sizes[1] ?? 0)) / 2);
  truncateSync(journal, cut);
  const again = await open(world);
  expect(again.lead.tasks.get("t")).toMatchObject({ rev: 1, title: "Title" });
  again.store.stage(again.lead, [{ op: "change", task: "t", change: { rev: 2, fields: { title: "New" } } }]);
  await again.store.commit();
  kill(world);
  const last = await open(world);
  expect(last.lead.tasks.get("t")).toMatchObject({ rev: 2, title: "New" });
  await last.store.close();
});

test("H6 under steady work the journal is emptied as well: commits go on while it is", async () => {
  const world = newWorld();
  const { store, lead } = await open(world);
  for (let n = 1; n <= 20; n++) {
    store.stage(lead, [{ op: "create", task: aTask(`t${n}`) }]);
    const checkpoint = n % 5 === 0 ? store.checkpoint() : undefined;
    await store.commit();
    store.stage(lead, [{ op: "change", task: `t${n}`, change: { rev: 2, fields: { title: "Two" } } }]);
    await store.commit();
    await checkpoint;
  }
  await store.checkpoint();
  expect([store.journalBytes, store.dirty]).toEqual([0, false]);
  kill(world);
  const again = await open(world);
  expect([...again.lead.tasks.values()].map(({ title }) => title)).toEqual(Array(20).fill("Two"));
  await again.store.close();
});
