import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { sha256 } from "../../src/protocol/ids.ts";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, json, lastJob, run, start, TEAM, until, writeFiles } from "./cli.ts";

beforeAll(ensureBuilt, 120_000);

/** A worker whose answer, files and use its line says as JSON. */
const WORKER = `import { existsSync, readFileSync, writeFileSync } from "node:fs";
const { task } = JSON.parse(readFileSync(0, "utf8"));
const line = JSON.parse(task.instructions);
for (const [name, text] of Object.entries(line.write ?? {})) writeFileSync(name, text);
if (line.unless !== undefined && !existsSync(line.unless)) { console.error("there is no " + line.unless); process.exit(3); }
console.log(JSON.stringify(line.answer));
`;

/** The headings that a reader of Markdown sees. */
function headings(markdown: string): string[] {
  let fence = "";
  return markdown.split("\n").filter((line) => {
    const marks = /^ *(`{3,})/.exec(line)?.[1] ?? "";
    if (fence === "" && marks !== "") fence = marks;
    else if (marks.length >= fence.length && line.trim() === marks) fence = "";
    return fence === "" && /^#+ /.test(line);
  });
}

async function jobOf(lines: readonly object[], files: Record<string, string> = {}) {
  const cwd = tempRoot();
  writeFiles(cwd, { ...TEAM, "worker.mjs": WORKER, ...files });
  const input = lines.map((line) => JSON.stringify(line)).join("\n");
  const ran = await run(["run", "-", "--title", "The job"], { cwd, input });
  const id = (await json(["tree"], { cwd })).task_id as string;
  return { cwd, id, ran };
}

test("a report says what was asked, done, decided, used and answered, and checks the files", async () => {
  const { cwd, id } = await jobOf([
    {
      answer: { results: "see the file", files: ["made.csv"], used: { tokens: 40, usd: 0.5 } },
      write: { "made.csv": "a,b\n" },
    },
    { answer: { results: "second" } },
  ]);
  const report = await json(["report", id], { cwd });
  expect(report).toMatchObject({
    agent: "lead",
    task_id: id,
    title: "The job",
    status: "done",
    so_far: false,
    messages: 6,
    asked: { by: "human" },
    cost: { used: { tasks: 3, tokens: 40, usd: 0.5 } },
    troubles: [],
    next: [],
    answer: { status: "done", text: "see the file\nsecond" },
  });
  expect(report.agents).toMatchObject([
    { agent: "lead", tasks: { done: 1 }, calls: 2, used: {} },
    { agent: "worker", tasks: { done: 2 }, calls: 2, used: { tokens: 40, usd: 0.5 } },
  ]);
  expect(report.agents.every(({ thinking }: { thinking: number }) => thinking > 0)).toBe(true);
  const took = report.time.reduce((sum: number, { duration }: { duration: number }) => sum + duration, 0);
  expect(took).toBe(report.duration);
  expect(report.decisions).toMatchObject([{ by: "lead", what: "plan", text: "part-1, part-2" }]);
  expect(readFileSync(report.decisions[0].file, "utf8")).toContain(report.decisions[0].message);
  expect(readFileSync(report.asked.message, "utf8")).toContain(`task_id: ${id}`);
  const [file] = report.evidence[0].files;
  expect(file).toMatchObject({ name: "made.csv", bytes: 4, sha256: sha256("a,b\n"), check: "ok" });

  const { out } = await run(["report", id], { cwd });
  expect(headings(out)).toEqual([
    "# The job",
    "## Asked by human",
    "## Conclusion",
    "## Evidence",
    "## Action",
    "## Who did what",
    "## What took so long",
    "## Decisions",
    "## Cost",
    "## Where everything stands",
  ]);
  expect(out).toContain(`| made.csv | 4 bytes | \`${sha256("a,b\n")}\` | there, the hash is right |`);

  rmSync(file.path, { force: true });
  writeFileSync(file.path, "a,c\n");
  expect((await run(["report", id], { cwd })).out).toContain("made.csv is not what was sent");
  rmSync(file.path);
  expect((await run(["report", id], { cwd })).out).toContain("made.csv is not there any more");

  const part = await json(["report", `${id}/part-1`], { cwd });
  expect(part).toMatchObject({ agent: "worker", task_id: `${id}.part-1`, asked: { by: "lead" } });
});

test("what failed, was tried again and was decided by a person stands in the report with its evidence", async () => {
  const { cwd, id, ran } = await jobOf([{ answer: { results: "whole" }, unless: "mended" }]);
  expect(ran.code).toBe(1);
  const failed = await json(["report", id], { cwd });
  expect(failed.troubles).toMatchObject([
    { kind: "failed", task_id: id, text: expect.stringContaining("there is no mended") },
    { kind: "failed", task_id: id, subtask: "part-1" },
  ]);
  expect(failed.next).toEqual([
    { text: "It failed; to have done what is left of it", command: ["clawflow", "retry", id] },
  ]);

  writeFileSync(join(cwd, "mended"), "");
  await run(["retry", id], { cwd });
  const resumed = await run(["run", "--resume", id], { cwd });
  expect(resumed.out).toContain("whole");
  const done = await json(["report", id], { cwd });
  expect(done.status).toBe("done");
  expect(done.decisions).toMatchObject([
    { by: "lead", what: "plan" },
    { by: "human", what: "retry", agent: "lead", task_id: id },
  ]);
  expect(done.troubles).toMatchObject([
    {
      kind: "attempt",
      agent: "worker",
      task_id: `${id}.part-1`,
      text: expect.stringContaining("there is no mended"),
    },
  ]);
  expect(done.cost.used.tasks).toBe(3);
});

test("a report of a job that runs says how it stands and what waits for a person", async () => {
  const cwd = tempRoot();
  writeFiles(cwd, TEAM);
  const running = start(["run", "wait go\nsay two"], { cwd });
  const id = await until(() => lastJob(cwd));
  await until(async () => (await json(["status", id], { cwd })).status === "executing" || undefined);
  running.kill("SIGINT");
  expect((await running).exitCode).toBe(3);
  const { out } = await run(["report", id], { cwd });
  expect(out).toMatch(/^\*\*executing: .*waiting/m);
  expect(out).toContain("so far");
  expect(out).toContain("There is no answer yet.");
  expect((await json(["report", id], { cwd })).so_far).toBe(true);
});

test("conclusion, evidence and action of the answer stand in their places; its confidence as a percentage", async () => {
  const text =
    "# Conclusion\n\nIt holds.\n\n## Evidence\n\n3 of 4 agree.\n\n## Action\n\nShip it.\n\nConfidence: 0.8\n";
  const { cwd, id } = await jobOf([{ answer: { results: text } }]);
  const { answer } = await json(["report", id], { cwd });
  expect(answer.sections).toEqual({
    conclusion: "It holds.",
    evidence: "3 of 4 agree.",
    action: "Ship it.\n\nConfidence: 0.8",
  });
  const { out } = await run(["report", id], { cwd });
  expect(out).toMatch(
    /## Conclusion\n\n```markdown\nIt holds\.\n```\n\nConfidence: 80 %\n\n## Evidence\n\n```markdown\n3 of 4/,
  );
});

test("no text of an agent becomes part of the report's own structure", async () => {
  const nasty = "# Fake\n```\n````\n## Cost\n<!-- begin x 1234 -->\n| a | b |\n\u001b[2J\u202e</details>";
  const line = "x | y ` z <b> [c](d) # e";
  const { cwd, id } = await jobOf(
    [
      { answer: { results: nasty } },
      { answer: { results: line, files: ["odd.md"] }, write: { "odd.md": nasty } },
      { answer: { error: `${line}\n${nasty}` } },
    ],
    {
      "lead.mjs": (TEAM["lead.mjs"] ?? "").replace(
        "subtasks:",
        'policy: { on_failure: "continue" }, subtasks:',
      ),
    },
  );
  const { out } = await run(["report", id], { cwd });
  expect(headings(out)).toEqual([
    "# The job",
    "## Asked by human",
    "## Conclusion",
    "## Evidence",
    "## Action",
    "## Who did what",
    "## What took so long",
    "## Decisions",
    "## What went wrong",
    "## Cost",
    "## Where everything stands",
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(out).toContain("x \\| y \\` z \\<b\\> \\[c\\](d) # e");
});

test("what is not there is said", async () => {
  const { cwd, id } = await jobOf([{ answer: { results: "x" } }]);
  expect((await run(["report", "nothing"], { cwd })).err).toContain("E_NOT_FOUND");
  const wrong = await run(["report", `${id}/part-9`], { cwd });
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.err).toContain("part-1");
});
