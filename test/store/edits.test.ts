import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatTask } from "../../src/protocol/format-task.ts";
import type { Disk } from "../../src/store/disk.ts";
import type { FoundText } from "../../src/store/find-edits.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { editRefused, editTaken } from "../../src/store/take-edits.ts";
import type { Workspace } from "../../src/store/workspace.ts";
import { aTask, kill, newWorld, open, type World } from "./helpers.ts";

const change = (rev: number) => ({
  op: "change" as const,
  task: "t",
  change: { rev, text: { notes: `rev ${rev}` } },
});

/** A host with task t at rev 2, its text written at rev 1 or 2. */
async function withTask(world: World, writtenAt: 1 | 2) {
  const opened = await open(world);
  opened.store.stage(opened.lead, [{ op: "create", task: aTask("t") }]);
  await opened.store.commit({ rest: true });
  opened.store.stage(opened.lead, [change(2)]);
  await opened.store.commit({ rest: writtenAt === 2 });
  return { ...opened, path: join(opened.lead.paths.tasks, "t", "task.md") };
}

function rejected(path: string): string[] {
  const folder = join(path, "..");
  return readdirSync(folder)
    .filter((name) => name.startsWith("task.rejected-"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Looks until the text has been at rest for long enough. */
function look(world: World, lead: Workspace) {
  lead.findEdits();
  world.now += 300;
  return lead.findEdits();
}

const better = (text: string) => text.replace("Do it", "Do it well");

test("a text of a person stays, and the runtime's own writing waits for it", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const edited = better(readFileSync(path, "utf8"));
  writeFileSync(path, edited);
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toBe(edited);
  const [found, ...more] = look(world, lead);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ task: "t", text: edited });
  expect(found?.base).toContain("rev 2");
  expect(found?.current).toContain("rev 3");
  await store.close();
});

test("a text that was taken is replaced by the next one, and whoever saves it again is compared with it", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const edited = better(readFileSync(path, "utf8"));
  writeFileSync(path, edited);
  const found = look(world, lead)[0] as FoundText;
  store.stage(lead, [
    { op: "change", task: "t", change: { rev: 3, layout: edited, text: { instructions: "Do it well" } } },
  ]);
  store.stage(lead, editTaken(lead, found, []));
  await store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toContain("rev: 3");
  expect(look(world, lead)).toEqual([]);
  const again = edited.replace("Do it well", "Do it best");
  writeFileSync(path, again);
  expect(look(world, lead)[0]).toMatchObject({ text: again, base: edited });
  await store.close();
  expect(rejected(path)).toEqual([]);
});

test("a text that cannot be taken stays until task.md must be written, and is kept then", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const broken = readFileSync(path, "utf8").replace("title: Title", "title: [Title");
  writeFileSync(path, broken);
  const found = look(world, lead)[0] as FoundText;
  store.stage(lead, editRefused(lead, found, "E_FRONTMATTER: not YAML"));
  await store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toBe(broken);
  expect(readFileSync(join(path, "..", "task.problem.md"), "utf8")).toMatch(
    /^# task.md was not understood\n\nE_FRONTMATTER/,
  );
  expect(look(world, lead)).toEqual([]);
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  expect(rejected(path)).toEqual([broken]);
  expect(readFileSync(path, "utf8")).toContain("rev: 3");
  expect(world.foreign).toMatchObject([{ agent: "lead", task: "t" }]);
  await store.close();
});

test("a text that was mended is read, also when it was seen before it was at rest", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const good = better(readFileSync(path, "utf8"));
  writeFileSync(path, "---\ntitle: [\n---\n");
  store.stage(lead, editRefused(lead, look(world, lead)[0] as FoundText, "E_FRONTMATTER: not YAML"));
  writeFileSync(path, good);
  expect(lead.findEdits()).toEqual([]);
  world.now += 100;
  expect(lead.findEdits()).toEqual([]);
  world.now += 300;
  expect(lead.findEdits()).toMatchObject([{ text: good }]);
  await store.close();
});

test("a text that was mended back to what it was is no edit, and no problem any more", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const good = readFileSync(path);
  writeFileSync(path, "---\ntitle: [\n---\n");
  store.stage(lead, editRefused(lead, look(world, lead)[0] as FoundText, "E_FRONTMATTER: not YAML"));
  await store.commit();
  expect(existsSync(join(path, "..", "task.problem.md"))).toBe(true);
  writeFileSync(path, good);
  expect(look(world, lead)).toEqual([]);
  expect(existsSync(join(path, "..", "task.problem.md"))).toBe(false);
  await store.close();
});

test("a file that was saved again unchanged, or touched, is the runtime's still", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  writeFileSync(path, readFileSync(path));
  expect(look(world, lead)).toEqual([]);
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toContain("rev: 3");
  await store.close();
});

test("H31 a text that is still being written is not read; H30 nor is the runtime's put in place of a truncated one", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const edited = better(readFileSync(path, "utf8"));
  writeFileSync(path, "");
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toBe("");
  expect(look(world, lead)).toEqual([]);
  for (const end of [100, 200, edited.length - 5]) {
    writeFileSync(path, edited.slice(0, end));
    expect(lead.findEdits()).toEqual([]);
    world.now += 200;
  }
  writeFileSync(path, edited);
  expect(look(world, lead)).toMatchObject([{ text: edited }]);
  await store.close();
});

test("an empty file that stays so, and one that is gone, are written again", async () => {
  for (const empty of [true, false]) {
    const world = newWorld();
    const { store, lead, path } = await withTask(world, 2);
    if (empty) writeFileSync(path, "\n");
    else unlinkSync(path);
    for (let n = 0; n < 10; n++) {
      expect(look(world, lead)).toEqual([]);
      await store.commit({ rest: true });
    }
    expect(readFileSync(path, "utf8")).toContain("rev: 2");
    await store.close();
  }
});

test("an editor that puts its file there at the very moment of the runtime's writing loses nothing", async () => {
  for (const moment of ["rename", "link"] as const) {
    const disk = nodeDisk();
    let slip: (() => void) | undefined;
    const slipping: Disk = {
      ...disk,
      rename: (from, to) => {
        if (moment === "rename" && from.endsWith("task.md")) slip?.();
        disk.rename(from, to);
      },
      link: (from, to) => {
        if (moment === "link" && to.endsWith("task.md")) slip?.();
        disk.link(from, to);
      },
    };
    const world = newWorld(undefined, slipping);
    const { store, lead, path } = await withTask(world, 2);
    const edited = better(readFileSync(path, "utf8"));
    slip = () => {
      slip = undefined;
      writeFileSync(`${path}.new`, edited);
      renameSync(`${path}.new`, path);
    };
    store.stage(lead, [change(3)]);
    await store.commit({ rest: true });
    expect(slip).toBeUndefined();
    expect(look(world, lead)).toMatchObject([{ text: edited }]);
    await store.close();
  }
});

test("what an editor writes into the file that was just replaced is an edit too", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const edited = better(readFileSync(path, "utf8"));
  const held = openSync(path, "r+");
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  writeSync(held, edited, 0);
  closeSync(held);
  lead.findEdits();
  const [found] = look(world, lead);
  expect(found).toMatchObject({ text: edited, kept: expect.stringContaining("kept") });
  store.stage(lead, editTaken(lead, found as FoundText, []));
  expect(existsSync((found as FoundText).kept ?? path)).toBe(false);
  await store.close();
});

test.each(["emptied", "not yet emptied"] as const)(
  "an editor has task.md open, %s, when a host starts that has to write it: what it writes then is an edit too",
  async (state) => {
    const world = newWorld();
    const { path } = await withTask(world, 1);
    const edited = better(readFileSync(path, "utf8"));
    kill(world);
    const held = openSync(path, "r+");
    if (state === "emptied") ftruncateSync(held);
    const { store, lead } = await open(world);
    expect(readFileSync(path, "utf8")).toContain("rev 2");
    world.now += 5_000;
    expect(lead.findEdits()).toEqual([]);
    writeSync(held, edited, 0);
    closeSync(held);
    lead.findEdits();
    expect(look(world, lead)).toMatchObject([{ text: edited, base: expect.not.stringContaining("rev 2") }]);
    await store.close();
  },
);

test("an editor that was open since before the end of a task without subtasks saves after it: an edit like any other", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const opened = readFileSync(path, "utf8");
  const finished_at = "2026-11-20T12:00:00.000Z";
  const end = {
    op: "change" as const,
    task: "t",
    change: { rev: 3, fields: { status: "done" as const, finished_at } },
  };
  store.stage(lead, [end]);
  await store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toContain("status: done");
  // The way of most editors: a new file under the name.
  writeFileSync(`${path}.swp`, better(opened));
  renameSync(`${path}.swp`, path);
  expect(look(world, lead)).toMatchObject([{ task: "t", text: better(opened), base: opened }]);
  kill(world);
  const again = await open(world);
  expect(look(world, again.lead)).toMatchObject([{ text: better(opened), base: opened }]);
  await again.store.close();
});

test("replaced files go after ten seconds, those of a host that ended ten seconds after the next start", async () => {
  const world = newWorld();
  const { store, lead } = await withTask(world, 2);
  expect(readdirSync(lead.paths.kept)).toHaveLength(1);
  world.now += 9_000;
  lead.findEdits();
  expect(readdirSync(lead.paths.kept)).toHaveLength(1);
  world.now += 1_000;
  lead.findEdits();
  expect(readdirSync(lead.paths.kept)).toEqual([]);
  store.stage(lead, [change(3)]);
  await store.commit({ rest: true });
  expect(readdirSync(lead.paths.kept)).toHaveLength(1);
  kill(world);
  const again = await open(world);
  expect(readdirSync(lead.paths.kept)).toHaveLength(1);
  world.now += 10_000;
  again.lead.findEdits();
  expect(readdirSync(lead.paths.kept)).toEqual([]);
  await again.store.close();
});

test("earlier texts are kept for an hour, the further apart the older they are", async () => {
  const world = newWorld();
  let wall = Date.parse("2026-11-20T12:00:00Z");
  const opened = await open(world, ["lead"], { wall: () => wall });
  const { store, lead } = opened;
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  for (let rev = 2; rev < 800; rev++) {
    wall += 10_000;
    store.stage(lead, [change(rev)]);
    await store.commit({ rest: true });
  }
  const revs = [...(lead.taskFiles.get("t")?.revs.keys() ?? [])];
  expect(revs.length).toBeLessThan(120);
  expect(revs).toContain(798);
  expect(Math.min(...revs)).toBeGreaterThan(800 - 362);
  expect(Math.min(...revs)).toBeLessThan(800 - 300);
  expect(readdirSync(lead.paths.base).length).toBe(revs.length + 1);
  const finished_at = new Date(wall).toISOString();
  store.stage(lead, [
    { op: "change", task: "t", change: { rev: 900, fields: { status: "done", finished_at } } },
  ]);
  await store.commit({ rest: true });
  wall += 3600 * 1000;
  lead.findEdits();
  expect(readdirSync(lead.paths.base)).toContain("t.md");
  wall += 1;
  lead.findEdits();
  expect(readdirSync(lead.paths.base)).toEqual([]);
  await store.close();
});

test.each([
  ["moved ahead by a day: a machine slept", 24 * 3600 * 1000],
  ["put back by a day", -24 * 3600 * 1000],
])(
  "a text that was saved over a finished task just before the clock was %s is taken, and what was done stays so",
  async (_, by) => {
    const world = newWorld();
    let wall = Date.parse("2026-11-20T12:00:00Z");
    const { store, lead } = await open(world, ["lead"], { wall: () => wall });
    const path = join(lead.paths.tasks, "t", "task.md");
    store.stage(lead, [{ op: "create", task: aTask("t") }]);
    await store.commit({ rest: true });
    const before = readFileSync(path, "utf8");
    const finished_at = new Date(wall).toISOString();
    store.stage(lead, [
      { op: "change", task: "t", change: { rev: 2, fields: { status: "done", finished_at } } },
    ]);
    await store.commit({ rest: true });
    lead.findEdits();
    writeFileSync(path, better(before));
    wall += by;
    const [found] = look(world, lead);
    expect(found).toMatchObject({ task: "t", text: better(before), base: before });
    expect(lead.task("t")?.status).toBe("done");
    store.stage(lead, editTaken(lead, found as FoundText, []));
    await store.commit({ rest: true });
    expect(look(world, lead)).toEqual([]);
    expect(readFileSync(path, "utf8")).toContain("status: done");
    expect(readdirSync(lead.paths.base)).toEqual([]);
    await store.close();
  },
);

test("a text that is not kept any more is compared with those right before and after it", async () => {
  const world = newWorld();
  let wall = Date.parse("2026-11-20T12:00:00Z");
  const { store, lead } = await open(world, ["lead"], { wall: () => wall });
  store.stage(lead, [{ op: "create", task: aTask("t") }]);
  const path = join(lead.paths.tasks, "t", "task.md");
  const texts = new Map<number, string>();
  for (let rev = 2; rev < 12; rev++) {
    wall += 100;
    store.stage(lead, [change(rev)]);
    await store.commit({ rest: true });
    texts.set(rev, readFileSync(path, "utf8"));
  }
  const revs = [...(lead.taskFiles.get("t")?.revs.keys() ?? []), 11];
  const gone = [...texts.keys()].find((rev) => !revs.includes(rev) && revs.some((kept) => kept < rev)) ?? 0;
  writeFileSync(path, better(texts.get(gone) ?? ""));
  const [found] = look(world, lead);
  expect(found?.base).toBe(texts.get(Math.max(...revs.filter((rev) => rev < gone))));
  expect(found?.later).toBe(texts.get(Math.min(...revs.filter((rev) => rev > gone))));
  await store.close();
});

test("H29 an editor that was open since rev 1 saves after rev 2, kill -9: the text and its base are there at the next start", async () => {
  for (const end of ["kill", "close"]) {
    const world = newWorld();
    const { path, store } = await withTask(world, 2);
    const buffer = better(formatTask(aTask("t")).text);
    writeFileSync(path, buffer);
    if (end === "kill") kill(world);
    else await store.close();
    const again = await open(world);
    expect(again.lead.tasks.get("t")?.text.notes).toBe("rev 2");
    expect(readFileSync(path, "utf8")).toBe(buffer);
    const [found] = look(world, again.lead);
    expect(found).toMatchObject({ text: buffer, base: formatTask(aTask("t")).text });
    await again.store.close();
  }
});

test("H3 broken YAML is not taken for a torn file", async () => {
  const world = newWorld();
  const { path } = await withTask(world, 2);
  const broken = readFileSync(path, "utf8").replace("title: Title", "title: [Title");
  writeFileSync(path, broken);
  kill(world);
  const again = await open(world);
  expect(readFileSync(path, "utf8")).toBe(broken);
  expect(look(world, again.lead)).toMatchObject([{ text: broken }]);
  await again.store.close();
});

test("an edit that was taken is not found again after kill -9, and its layout is still there", async () => {
  const world = newWorld();
  const { store, lead, path } = await withTask(world, 2);
  const edited = `${better(readFileSync(path, "utf8")).replace("\nfrom:", "\n# mine\nfrom:")}`;
  writeFileSync(path, edited);
  const found = look(world, lead)[0] as FoundText;
  store.stage(lead, [
    { op: "change", task: "t", change: { rev: 3, layout: edited, text: { instructions: "Do it well" } } },
  ]);
  store.stage(lead, editTaken(lead, found, []));
  // The record is durable, the files are not written.
  const left = readFileSync(path);
  await store.commit();
  writeFileSync(path, left);
  kill(world);
  const again = await open(world);
  expect(look(world, again.lead)).toEqual([]);
  const text = readFileSync(path, "utf8");
  expect(text).toContain("# mine\n");
  expect(text).toContain("rev: 3\n");
  again.store.stage(again.lead, [change(4)]);
  await again.store.commit({ rest: true });
  expect(readFileSync(path, "utf8")).toContain("# mine\n");
  await again.store.close();
  const third = await open(world);
  expect(third.lead.tasks.get("t")?.layout).toContain("# mine");
  await third.store.close();
});

test("what a loss of power left of a text of the runtime is no edit", async () => {
  for (const writtenAt of [1, 2] as const) {
    const whole = formatTask(aTask("t")).text;
    const torn = [
      "",
      "\0\0\0\0",
      whole.slice(0, 100),
      `${whole.slice(0, 50)}${"\0".repeat(40)}${whole.slice(90)}`,
    ];
    for (const left of [...torn, undefined]) {
      const world = newWorld();
      const { path } = await withTask(world, writtenAt);
      kill(world);
      if (left === undefined) unlinkSync(path);
      else writeFileSync(path, left);
      const again = await open(world);
      expect(rejected(path)).toEqual([]);
      expect(readFileSync(path, "utf8")).toContain("rev: 2");
      await again.store.close();
    }
  }
});

test("what a loss of power left of an earlier text is no edit, and nobody's edit is compared with it", async () => {
  for (const left of ["", whole().slice(0, 100), `${whole().slice(0, -3)}`]) {
    for (const base of ["", whole().slice(0, 200)]) {
      const world = newWorld();
      const { lead } = await withTask(world, 2);
      const [kept = ""] = readdirSync(lead.paths.kept);
      const earlier = join(lead.paths.base, "t@1.md");
      expect(readFileSync(earlier, "utf8")).toBe(whole());
      kill(world);
      writeFileSync(join(lead.paths.kept, kept), left);
      writeFileSync(earlier, base);
      const again = await open(world);
      expect(look(world, again.lead)).toEqual([]);
      expect(again.lead.tasks.get("t")?.text.instructions).toBe("Do it");
      world.now += 10_000;
      expect(again.lead.findEdits()).toEqual([]);
      expect(readdirSync(lead.paths.kept)).toEqual([]);
      expect(readFileSync(earlier, "utf8")).toBe(whole());
      await again.store.close();
    }
  }
});

/** The text of the task as it was written first. */
function whole(): string {
  return formatTask(aTask("t")).text;
}

test("large results stand in files of their own and come back with the task", async () => {
  const world = newWorld();
  const { store, lead } = await withTask(world, 2);
  const results = "x".repeat(20_000);
  const subtask = {
    agent: "reader",
    description: "d",
    depends_on: [],
    status: "done",
    attempt: 1,
    results,
  } as const;
  store.stage(lead, [
    { op: "change", task: "t", change: { rev: 3, subtasks: { scan: { ...subtask, depends_on: [] } } } },
  ]);
  await store.close();
  expect(existsSync(join(lead.paths.tasks, "t", "results", "scan.md"))).toBe(true);
  const again = await open(world);
  expect(again.lead.tasks.get("t")?.subtasks.get("scan")).toEqual(subtask);
  again.store.stage(again.lead, [
    { op: "change", task: "t", change: { rev: 4, fields: { status: "done" } } },
  ]);
  await again.store.commit();
  kill(world);
  const last = await open(world);
  expect(last.lead.task("t")?.subtasks.get("scan")?.results).toBe(results);
  expect(last.lead.tasks.size).toBe(0);
  await last.store.close();
});
