import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { submitTask } from "../../src/host/submit.ts";
import { EditBench } from "./edit-bench.ts";
import { until } from "./until.ts";

type Save = (path: string, text: string) => void;

const SAVES: Record<string, Save> = {
  "renames a new file into place": (path, text) => {
    writeFileSync(`${path}~`, text);
    renameSync(`${path}~`, path);
  },
  "writes in place": (path, text) => writeFileSync(path, text),
  "writes CRLF and a BOM": (path, text) => writeFileSync(path, `\ufeff${text.replaceAll("\n", "\r\n")}`),
};

async function bench(): Promise<EditBench> {
  const made = await new EditBench().start();
  onTestFinished(() => made.host.stop());
  return made;
}

const field = (from: string | RegExp, to: string) => (text: string) => {
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  return edited;
};

const of = (id: string, from: string | RegExp, to: string) => (text: string) =>
  text.replace(new RegExp(`^  ${id}:\\n(?:    .*\\n)+`, "m"), (entry) => field(from, to)(entry));

/** Each row of the table of what a person may edit. */
const ROWS: [what: string, edit: (text: string) => string, expected: (bench: EditBench) => Promise<void>][] =
  [
    [
      "title and instructions: the next question has them",
      (text) => field("\n\nGo\n", "\n\nGo on, with care\n")(field(/^title: .*$/m, "title: Another")(text)),
      async (b) => {
        await b.until((task) => task.title === "Another" && task.text.instructions === "Go on, with care");
        b.letGo();
        await b.host.finished("lead", b.id);
        expect(b.asked.findLast(({ kind }) => kind === "synthesise")?.instructions).toBe("Go on, with care");
      },
    ],
    [
      "comments, own keys and notes stay where they are",
      (text) =>
        field(
          "## Working Notes\n",
          "## Working Notes\n\nmine alone\n",
        )(field("---\n", "---\n# steered by Ann\nmood: good # really\n")(text)),
      async (b) => {
        await b.until((task) => task.text.notes === "mine alone");
        b.letGo();
        await b.host.finished("lead", b.id);
        await until(() => /^status: done\r?$/m.test(b.text), "the last text");
        expect(b.text).toMatch(/^\ufeff?---\r?\n# steered by Ann\r?\nmood: good # really\r?\n/);
        expect(b.text).toContain("mine alone");
        expect(b.task.extra).toMatchObject({ mood: "good" });
      },
    ],
    [
      "a subtask is added and done",
      field("subtasks:\n", "subtasks:\n  extra:\n    agent: poet\n    description: A line\n"),
      async (b) => {
        expect(
          (await b.until((task) => task.subtasks.get("extra")?.status === "done")).subtasks.get("extra")
            ?.results,
        ).toBe("poet: A line");
      },
    ],
    [
      "another agent and description of a pending one",
      of("third", /agent: reader\n {4}description: check/, "agent: poet\n    description: sing"),
      async (b) => {
        await b.until((task) => task.subtasks.get("third")?.agent === "poet");
        b.letGo();
        const task = await b.host.finished("lead", b.id);
        expect(task.subtasks.get("third")).toMatchObject({ results: "poet: sing", attempt: 1 });
      },
    ],
    [
      "another agent of a dispatched one: cancelled there, sent anew",
      of("second", "agent: writer", "agent: poet"),
      async (b) => {
        const task = await b.until(({ subtasks }) => subtasks.get("second")?.status === "done");
        expect(task.subtasks.get("second")).toMatchObject({ results: "poet: write", attempt: 2 });
        await until(() => b.host.task("writer", `${b.id}.second`)?.status === "cancelled", "the cancel");
      },
    ],
    [
      "status: pending does it again, with what depends on it",
      of("first", "status: done", "status: pending"),
      async (b) => {
        const task = await b.until(
          ({ subtasks }) => subtasks.get("first")?.attempt === 2 && subtasks.get("second")?.attempt === 2,
        );
        expect(task.subtasks.get("first")?.status).toBe("done");
      },
    ],
    [
      "status: done with a text is the result, written by hand",
      (text) =>
        field(
          "\n## Synthesised Output",
          "\n### second\n\nBy my own hand.\n\n## Synthesised Output",
        )(of("second", "status: dispatched", "status: done")(text)),
      async (b) => {
        const task = await b.host.finished("lead", b.id);
        expect(task.text.output).toContain("second done: By my own hand.");
        await until(() => b.host.task("writer", `${b.id}.second`)?.status === "cancelled", "the cancel");
      },
    ],
    [
      "status: cancelled of a subtask",
      of("second", "status: dispatched", "status: cancelled"),
      async (b) => {
        const task = await b.host.finished("lead", b.id);
        expect(task.subtasks.get("second")?.status).toBe("cancelled");
        await until(() => b.host.task("writer", `${b.id}.second`)?.status === "cancelled", "the cancel");
      },
    ],
    [
      "the entry removed",
      (text) => text.replace(/^ {2}second:\n(?: {4}.*\n)+/m, ""),
      async (b) => {
        const task = await b.host.finished("lead", b.id);
        expect([...task.subtasks.keys()]).toEqual(["first", "third"]);
        expect(task.subtasks.get("third")).toMatchObject({ status: "done", depends_on: [] });
        expect(task.removed).toEqual({ second: 1 });
      },
    ],
    [
      "paused: true, and removed",
      field("---\n", "---\npaused: true\n"),
      async (b) => {
        await b.until((task) => task.paused === true);
        await until(() => b.host.task("writer", `${b.id}.second`)?.paused === true, "the pause below");
        b.letGo();
        await b.until(({ subtasks }) => subtasks.get("second")?.status === "done");
        expect(b.task.subtasks.get("third")?.status).toBe("pending");
        await until(() => b.text.includes("By") || b.text.includes("writer: write"), "the text");
        writeFileSync(b.path, b.text.replace(/^paused: true\r?\n/m, ""));
        expect((await b.host.finished("lead", b.id)).status).toBe("done");
      },
    ],
    [
      "status: done of the task ends it by hand",
      (text) =>
        field(
          "## Synthesised Output\n",
          "## Synthesised Output\n\nEnough.\n",
        )(field(/^status: executing$/m, "status: done")(text)),
      async (b) => {
        const task = await b.host.finished("lead", b.id);
        expect(task).toMatchObject({ status: "done", text: { output: "Enough." } });
        await until(
          () =>
            readdirSync(join(b.root, "lead", "mailbox", "outbox")).some((name) => name.startsWith("reply-")),
          "the reply",
        );
      },
    ],
    [
      "what is the runtime's is put back, and said",
      field(/^from: human$/m, "from: poet"),
      async (b) => {
        const problem = b.path.replace("task.md", "task.problem.md");
        await until(() => existsSync(problem), "the problem");
        expect(readFileSync(problem, "utf8")).toMatch(/^# Not all of the edit .*from: "poet"/s);
        await until(() => /^from: human\r?$/m.test(b.text), "the text");
      },
    ],
  ];

describe.each(Object.entries(SAVES))("an editor that %s", (_, save) => {
  test.each(ROWS)("%s", async (_what, edit, expected) => {
    const b = await (await bench()).give();
    const before = b.text;
    save(b.path, edit(before));
    await expected(b);
    expect(b.edits().length).toBeGreaterThan(0);
    await b.end();
  });
});

test("a decision under waiting: approved, and rejected with a reason that reaches the brain", async () => {
  const b = await (await bench()).give({ approval: "always" });
  save(b, field(/^waiting:\n((?: {2}.*\n)*)/m, "waiting:\n$1  approved: no\n  reason: too many cooks\n"));
  await until(() => b.asked.filter(({ kind }) => kind === "consider").length === 2, "the second question");
  await until(
    () => b.task.waiting !== undefined && /^waiting:/m.test(b.text) && !b.text.includes("too many cooks"),
    "the wait",
  );
  save(b, field(/^waiting:\n((?: {2}.*\n)*)/m, "waiting:\n$1  approved: yes\n"));
  await b.until(({ status }) => status === "executing");
  b.letGo();
  expect((await b.host.finished("lead", b.id)).status).toBe("done");
  expect(b.edits()).toEqual(
    expect.arrayContaining([{ approved: false, reason: "too many cooks" }, { approved: true }]),
  );
  await b.end();
});

function save(b: EditBench, edit: (text: string) => string): void {
  writeFileSync(b.path, edit(b.text));
}

test("H29 an editor that was open since an early revision undoes nothing", async () => {
  const b = await (await bench()).give();
  const early = b.text;
  b.letGo();
  await b.until(({ subtasks }) => subtasks.get("second")?.status === "done");
  writeFileSync(
    b.path,
    field("subtasks:\n", "subtasks:\n  extra: {agent: poet, description: A line}\n")(early),
  );
  const task = await b.until(({ subtasks }) => subtasks.get("extra")?.status === "done");
  expect(task.subtasks.get("second")).toMatchObject({ status: "done", attempt: 1 });
  await b.end();
});

test("a result that came meanwhile goes before what the person says of that subtask", async () => {
  const b = await (await bench()).give();
  const early = b.text;
  b.letGo();
  await b.until(({ subtasks }) => subtasks.get("second")?.status === "done");
  writeFileSync(b.path, of("second", "status: dispatched", "status: cancelled")(early));
  const problem = b.path.replace("task.md", "task.problem.md");
  await until(() => existsSync(problem), "the problem");
  expect(readFileSync(problem, "utf8")).toMatch(/second: it is done meanwhile.*cancelled/);
  expect(b.task.subtasks.get("second")?.status).toBe("done");
  await b.end();
});

test.each([
  ["YAML that is none", field(/^title: /m, "title: [")],
  ["a cycle", of("first", "depends_on: []", "depends_on: [third]")],
  ["an agent that nobody knows", of("third", "agent: reader", "agent: nobody")],
  ["a status that is none", of("third", "status: pending", "status: almost")],
])("%s changes nothing, stays, and is told; mended it is taken", async (_, edit) => {
  const b = await (await bench()).give();
  const { rev } = b.task;
  const good = b.text;
  const bad = edit(field("\n\nGo\n", "\n\nGo on\n")(good));
  writeFileSync(b.path, bad);
  const problem = b.path.replace("task.md", "task.problem.md");
  await until(() => existsSync(problem), "the problem");
  expect(readFileSync(problem, "utf8")).toMatch(/^# task.md was not understood\n\nE_/);
  expect(b.task.rev).toBe(rev);
  expect(b.text).toBe(bad);
  writeFileSync(b.path, field("\n\nGo\n", "\n\nGo on\n")(good));
  await b.until((task) => task.text.instructions === "Go on");
  await until(() => !existsSync(problem), "the end of the problem");
  await b.end();
});

test("a text that cannot be taken is kept when the runtime must write", async () => {
  const b = await (await bench()).give();
  const bad = field(/^title: /m, "title: [")(b.text);
  writeFileSync(b.path, bad);
  await until(() => existsSync(b.path.replace("task.md", "task.problem.md")), "the problem");
  b.letGo();
  await b.host.finished("lead", b.id);
  const folder = join(b.path, "..");
  const kept = await until(
    () => readdirSync(folder).find((name) => name.startsWith("task.rejected-")),
    "the kept text",
  );
  expect(readFileSync(join(folder, kept), "utf8")).toBe(bad);
  await b.end();
});

test("a text that came to rest when half of it was written is taken when the other half is", async () => {
  const b = await (await bench()).give();
  const whole = field(/^title: /m, "mine: yes\ntitle: ")(b.text);
  const half = whole.indexOf("mine: ") + 3;
  const writer = openSync(b.path, "w");
  writeSync(writer, whole.slice(0, half));
  await until(() => existsSync(b.path.replace("task.md", "task.problem.md")), "the problem");
  const folder = join(b.path, "..");
  const rejected = () => readdirSync(folder).filter((name) => name.startsWith("task.rejected-"));
  // The runtime must write, and does so beside it.
  b.letGo();
  await until(() => rejected().length > 0, "the half beside it");
  writeSync(writer, whole.slice(half));
  closeSync(writer);
  await b.until((task) => task.extra?.mine === true || task.extra?.mine === "yes");
  expect(rejected()).toEqual([]);
  expect(existsSync(b.path.replace("task.md", "task.problem.md"))).toBe(false);
  await b.end();
});

test("the same edit saved twice is one; a subtask that is done again is so once", async () => {
  const b = await (await bench()).give();
  const edited = of("first", "status: done", "status: pending")(b.text);
  writeFileSync(b.path, edited);
  await b.until(
    ({ subtasks }) => subtasks.get("first")?.attempt === 2 && subtasks.get("second")?.attempt === 2,
  );
  await until(() => b.text !== edited, "the next text");
  writeFileSync(b.path, `${edited}\n`);
  const before = b.edits().length;
  await until(() => b.edits().length > before || b.text !== `${edited}\n`, "the look");
  await until(() => b.text !== `${edited}\n`, "the next text");
  expect(b.task.subtasks.get("first")?.attempt).toBe(2);
  await b.end();
});

test("an edit of a finished task: a subtask again", async () => {
  const b = await (await bench()).give();
  b.letGo();
  await b.host.finished("lead", b.id);
  await until(() => /^status: done$/m.test(b.text), "the last text");
  writeFileSync(b.path, of("second", "status: done", "status: pending")(b.text));
  await b.until(({ status, subtasks }) => status === "done" && subtasks.get("second")?.attempt === 2);
  await b.end();
});

test("raising the budget lets a refused dispatch go on", async () => {
  const b = await bench();
  b.letGo();
  const { task_id } = await submitTask(b.host, "lead", { instructions: "Go", budget: { tasks: 2 } });
  b.id = task_id;
  const failed = await b.host.finished("lead", task_id);
  expect(failed).toMatchObject({ status: "failed", error: expect.stringContaining("E_BUDGET") });
  await until(() => /^status: failed$/m.test(b.text), "the last text");
  writeFileSync(b.path, field("tasks: 2", "tasks: 9")(b.text));
  await b.until(({ status }) => status === "done");
  await b.end();
});

test("an edit made while no host runs asks what follows from it once, though the start asks what is open again", async () => {
  const b = await (await bench()).give();
  await b.host.stop();
  const added = field(
    /^ {2}third:\n/m,
    "  mine:\n    agent: self\n    description: Mine\n    depends_on: []\n  third:\n",
  );
  writeFileSync(b.path, added(b.text));
  // It has been at rest for long when the host starts.
  utimesSync(b.path, 1, 1);
  const before = b.asked.length;
  await b.start();
  await b.until(({ subtasks }) => subtasks.get("mine")?.status === "done");
  expect(b.asked.slice(before).filter(({ agent }) => agent === "lead")).toHaveLength(1);
  await b.end();
});
