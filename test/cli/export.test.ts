import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { exportCommand } from "../../src/cli/commands/export.ts";
import { exportShape } from "../../src/cli/json-shapes.ts";
import { jobFiles } from "../../src/view/export/job-files.ts";
import { tempRoot } from "../host/team.ts";
import { scriptedJob } from "../view/job-on-disk.ts";
import { disk, finishedJob, viewOf } from "../view/team.ts";
import { fakeIo } from "./fake-io.ts";

async function run(root: string, words: [string, string?], options: Record<string, unknown> = {}) {
  const io = fakeIo({ cwd: tempRoot() });
  await exportCommand(io, words[0], words[1], { root, ...options });
  return { cwd: io.cwd, out: io.outText() };
}

function filesOf(root: string, task_id: string): Record<string, string> {
  const task = viewOf(root).task("lead", task_id);
  if (task === undefined) throw new Error("no task");
  return Object.fromEntries(
    [...jobFiles(viewOf(root), task)].map(({ name, path }) => [name, readFileSync(path, "utf8")]),
  );
}

test("a zip, and a folder, hold every file of the job as it stands", async () => {
  const { root, task_id } = await finishedJob();
  const expected = filesOf(root, task_id);
  expect(Object.keys(expected).length).toBeGreaterThan(10);
  const zip = await run(root, [task_id]);
  const entries = unzipSync(readFileSync(join(zip.cwd, `${task_id}.zip`)));
  const texts = Object.entries(entries).map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")]);
  expect(Object.fromEntries(texts)).toEqual(expected);
  const { cwd, out } = await run(root, [task_id, "copy"], { json: true });
  const folder = join(cwd, "copy");
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const copies = found.map((one) => join(one.parentPath, one.name));
  expect(
    Object.fromEntries(copies.map((path) => [relative(folder, path), readFileSync(path, "utf8")])),
  ).toEqual(expected);
  expect(exportShape.parse(JSON.parse(out))).toMatchObject({
    format: "folder",
    path: folder,
    files: copies.length,
  });
});

test("a part is what is below it alone", async () => {
  const { root, task_id } = await finishedJob();
  const { cwd } = await run(root, [`${task_id}/first`]);
  const entries = Object.keys(unzipSync(readFileSync(join(cwd, `${task_id}.first.zip`))));
  expect(entries).toContain(`worker/tasks/${task_id}.first/task.md`);
  expect(entries.filter((name) => name.includes("second"))).toEqual([]);
});

test("one document: the report and every message, once; nothing of them ends its fence or reaches a terminal", async () => {
  const files = scriptedJob();
  const hostile = "````\n# not a heading\n\u001b[31mred\u202e";
  const control = { task_id: "job", from: "human", to: "lead", type: "control", control: "answer" };
  files.letter("lead", "archive/2026/01/10", {
    ...control,
    id: "h-3",
    sent_at: "2026-01-10T10:00:31.000Z",
    body: { text: hostile },
  });
  const { out } = await run(files.root, ["job"], { format: "md" });
  expect(out).toMatch(/^# job\n/);
  const messages = out.slice(out.indexOf("## Messages"));
  expect(messages.match(/^### /gm)).toHaveLength(4);
  expect(messages).toContain("`````text\n");
  expect(messages).toContain("\\u{1b}[31mred\\u{202e}");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test("nothing that is there is overwritten, and what went wrong leaves nothing", async () => {
  const { root, task_id } = await finishedJob();
  const cwd = tempRoot();
  writeFileSync(join(cwd, "mine.zip"), "mine");
  await expect(run(root, [task_id, join(cwd, "mine.zip")])).rejects.toThrow(/already/);
  expect(readFileSync(join(cwd, "mine.zip"), "utf8")).toBe("mine");
  await expect(run(root, [task_id, cwd])).rejects.toThrow(/already/);
  await expect(run(root, [task_id, join(cwd, "x.zip")], { format: "tar" })).rejects.toThrow(/not a format/);
  await expect(run(root, [task_id, "-"], { format: "zip" })).rejects.toThrow(/for a file/);
  expect(existsSync(join(cwd, "x.zip"))).toBe(false);
  expect(readdirSync(cwd)).toEqual(["mine.zip"]);
});

test("the trace of the whole job, for a collector", async () => {
  const { root } = scriptedJob();
  const { out } = await run(root, ["job", "-"], { format: "otlp" });
  const spans = JSON.parse(out).resourceSpans[0].scopeSpans[0].spans as { name: string; traceId: string }[];
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(spans.map(({ name }) => name)).toContain("task worker");
  expect(disk.stat(join(root, "lead"))?.kind).toBe("folder");
});
