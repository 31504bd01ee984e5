import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { verifyRoot } from "../../src/view/verify/verify-root.ts";
import { kill, newWorld, open, temporaryFolder } from "./helpers.ts";

const SPLIT = `---
task_id: compare-drafts
status: executing
sent_at: 2025-03-04T10:00:00Z
---
# Task: Compare the drafts

## Instructions

Compare the two drafts.

## DAG

- id: first
  agent: reader
  task: Read draft A
  status: done
- id: second
  agent: reader
  task: Read draft B
  depends_on: first
  status: dispatched
- id: third
  agent: reader
  task: Write it down
  depends_on: second

## Subtask Results

### first

A is long.
`;

const ASKED = `---
task_id: Note-One
status: in-progress
---
Write a note.
`;

const DONE = `---
task_id: old-one
status: done
---
# Task: Old

## Results

Long done.
`;

const CHILD = `---
task_id: compare-drafts.second
status: in-progress
from: lead
reply_to: {task_id: compare-drafts, subtask_id: second}
---
Read draft B
`;

const message = (task: string, time: string) => `---
type: reply
task_id: ${task}
subtask_id: first
from: reader
status: done
${time}
---
## Results

A is long.
`;

/** Two workspaces as programs of version 1 of the protocol left them. */
function versionOne(root = temporaryFolder()): string {
  const files: Record<string, string> = {
    "lead/mailbox/inbox/.keep": "",
    "lead/mailbox/outbox/task-second.md":
      "---\ntype: task\ntask_id: compare-drafts\nsubtask_id: second\nfrom: lead\n---\nRead draft B\n",
    "lead/mailbox/archive/reply-first.md": message("compare-drafts", "completed_at: 2025-03-04T10:05:00Z"),
    "lead/mailbox/archive/undated.md": "no message at all",
    "lead/tasks/compare-drafts/task.md": SPLIT,
    "lead/tasks/Note-One/task.md": ASKED,
    "lead/tasks/old-one/task.md": DONE,
    "reader/mailbox/inbox/.keep": "",
    "reader/mailbox/outbox/.keep": "",
    "reader/mailbox/archive/task-second.md":
      "---\ntype: task\ntask_id: compare-drafts\nsubtask_id: second\nfrom: lead\n---\nRead draft B\n",
    "reader/tasks/compare-drafts.second/task.md": CHILD,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  utimesSync(join(root, "lead/mailbox/archive/undated.md"), 0, new Date("2024-12-31T10:00:00Z"));
  return root;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test("opening takes a workspace of version 1 of the protocol to the layout of today", async () => {
  const world = newWorld(versionOne());
  const { store, lead } = await open(world);
  await store.close();
  expect(filesBelow(join(world.root, "lead/mailbox/archive"))).toEqual([
    "2024/12/31/undated.md",
    "2025/03/04/reply-first.md",
  ]);
  expect(readFileSync(join(world.root, "lead/.clawflow/version"), "utf8")).toBe("1\n");
  expect([...lead.tasks.keys()].sort()).toEqual(["Note-One", "compare-drafts"]);
  const task = lead.task("compare-drafts");
  expect(task?.subtasks.get("second")).toMatchObject({ status: "dispatched", attempt: 1, due: 30 * 60_000 });
  expect(task?.trace).toMatchObject({ depth: 0, path: ["lead"] });
  expect(lead.task("Note-One")).toMatchObject({ status: "pending", asking: { kind: "consider", asked: 0 } });
  const folder = join(world.root, "lead/tasks/compare-drafts");
  expect(readFileSync(join(folder, "task.version-1.md"), "utf8")).toBe(SPLIT);
  // A finished one stays as it is, and can be read.
  expect(readFileSync(join(world.root, "lead/tasks/old-one/task.md"), "utf8")).toBe(DONE);
  expect(lead.task("old-one")).toMatchObject({ status: "done" });
  expect(world.problems.join("\n")).toMatch(
    /2 archived messages[\s\S]*task compare-drafts \(executing\) is taken on/,
  );
});

test("what is at the layout of today is left alone", async () => {
  const world = newWorld(versionOne());
  await (await open(world)).store.close();
  const before = filesBelow(world.root);
  writeFileSync(join(world.root, "lead/mailbox/archive/flat.md"), "somebody's");
  world.problems.length = 0;
  kill(world);
  await (await open(world)).store.close();
  expect(filesBelow(world.root).filter((name) => !/host\.term|host$/.test(name))).toEqual(
    [...before, "lead/mailbox/archive/flat.md"].filter((name) => !/host\.term|host$/.test(name)).sort(),
  );
  expect(world.problems).toEqual([]);
});

test("killed at any step, it is done once more and comes to the same", async () => {
  const whole = newWorld(versionOne());
  await (await open(whole)).store.close();
  const expected = filesBelow(whole.root).filter((name) => !name.startsWith(".host"));
  for (let steps = 0; ; steps++) {
    const world = newWorld(versionOne());
    world.disk = failingAfter(steps);
    const failed = await open(world, undefined, { durability: "os" })
      .then(({ store }) => store.close())
      .then(
        () => false,
        () => true,
      );
    world.disk = nodeDisk();
    kill(world);
    await (await open(world, undefined, { durability: "os" })).store.close();
    expect(
      filesBelow(world.root).filter((name) => !name.startsWith(".host")),
      `after ${steps} steps`,
    ).toEqual(expected);
    for (const name of expected.filter((name) => name.startsWith("lead/tasks/")))
      expect(readFileSync(join(world.root, name)), name).toEqual(readFileSync(join(whole.root, name)));
    if (!failed) break;
  }
}, 60_000);

test("open tasks of version 1 run on to their end under a host", async () => {
  const root = versionOne();
  const host = await createHost({
    root,
    durability: "os",
    agents: {
      lead: {
        peers: ["reader"],
        brain: ({ kind, task, results }) =>
          kind === "synthesise"
            ? Object.entries(results ?? {})
                .map(([id, { results }]) => `${id}: ${results}`)
                .join("\n")
            : `noted: ${task.instructions}`,
      },
      reader: { brain: ({ task }) => `did ${task.instructions}` },
    },
  });
  await host.start();
  const task = await host.finished("lead", "compare-drafts");
  const note = await host.finished("lead", "Note-One");
  await host.stop();
  expect(task.text.output).toBe("first: A is long.\nsecond: did Read draft B\nthird: did Write it down");
  expect(note).toMatchObject({ status: "done" });
  expect(existsSync(join(root, "lead/tasks/compare-drafts/task.problem.md"))).toBe(false);
  // Of what was over before there is no more than version 1 had.
  const before = /^(old-one|mailbox\/outbox\/task-second.md|mailbox\/archive\/2024.*)$/;
  const findings = verifyRoot(nodeDisk(), agentsOfRoot(nodeDisk(), root));
  expect(findings.filter(({ file, task_id }) => !before.test(file ?? task_id ?? ""))).toEqual([]);
});

/** The disk of a process that is killed after so many changes. */
function failingAfter(changes: number): Disk {
  const disk = nodeDisk();
  let left = changes;
  const counted =
    <A extends unknown[], R>(action: (...given: A) => R) =>
    (...given: A): R => {
      if (left-- <= 0) throw Object.assign(new Error("killed"), { code: "EIO" });
      return action(...given);
    };
  return {
    ...disk,
    mkdir: counted(disk.mkdir),
    create: counted(disk.create),
    link: counted(disk.link),
    rename: counted(disk.rename),
    unlink: counted(disk.unlink),
    replace: counted(disk.replace),
  };
}
