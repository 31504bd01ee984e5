import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { CHECKS, type CheckName } from "../../src/view/verify/finding.ts";
import { verify } from "../../src/view/verify/verify-root.ts";
import { disk, finishedJob } from "./team.ts";

type Job = Awaited<ReturnType<typeof finishedJob>>;

test("finds nothing in a root as it should be, and says how much it looked at", async () => {
  const { agents } = await finishedJob();
  const { findings, checked, notes } = verify(disk, agents);
  expect({ findings, notes }).toEqual({ findings: [], notes: [] });
  for (const check of CHECKS) expect({ check, looked: checked[check] > 0 }).toEqual({ check, looked: true });
});

test("looks at each message once: what it reads grows with what there is, not faster", async () => {
  const { agents } = await finishedJob();
  const reads = new Map<string, number>();
  const counting = {
    ...disk,
    read(path: string) {
      reads.set(path, (reads.get(path) ?? 0) + 1);
      return disk.read(path);
    },
  };
  verify(counting, agents);
  const twice = [...reads].filter(([path, count]) => count > 1 && path.includes("mailbox/"));
  expect(twice).toEqual([]);
});

test("a receiver outside the root is not checked, and that is said", async () => {
  const { agents } = await finishedJob();
  const { notes } = verify(disk, new Map([...agents].filter(([agent]) => agent === "lead")));
  expect(notes).toEqual([expect.stringContaining("worker")]);
});

/** How a fault is made in the files of a finished job, and what must be said of it. */
const FAULTS: [string, CheckName, (job: Job) => void, RegExp][] = [
  [
    "a message that never arrived",
    "delivered",
    (job) => rmSync(archived(job, "worker", "task-", "first")),
    /worker has it in neither inbox/,
  ],
  [
    "a message that was handled twice",
    "delivered",
    (job) => {
      const path = archived(job, "worker", "task-", "first");
      const day = join(dirname(path), "../01");
      mkdirSync(day, { recursive: true });
      linkSync(path, join(day, "task-other-1-0123456789ab.md"));
    },
    /2 first copies/,
  ],
  [
    "a message that changed on its way",
    "delivered",
    (job) => rewrite(archived(job, "worker", "task-", "first"), (text) => text.replace("go", "no")),
    /another content/,
  ],
  [
    "a message cut short",
    "whole",
    (job) => rewrite(archived(job, "worker", "task-", "first"), (text) => text.slice(0, 40)),
    /not a message/,
  ],
  [
    "an empty message",
    "whole",
    (job) => rewrite(archived(job, "lead", "reply-", "first"), () => ""),
    /not a message/,
  ],
  [
    "a task that cannot be read",
    "whole",
    (job) => rewrite(task(job, "lead"), () => "---\nbroken"),
    /not a task/,
  ],
  [
    "an attachment that is not there",
    "whole",
    (job) => {
      const blob = `attachments:\n  - {name: a.txt, sha256: ${"a".repeat(64)}, bytes: 3, media_type: text/plain}\n`;
      rewrite(archived(job, "lead", "reply-", "first"), (text) =>
        text.replace("status: done\n", `status: done\n${blob}`),
      );
    },
    /"a.txt".*is not there/,
  ],
  [
    "two outcomes of one question",
    "outcomes",
    (job) => {
      const path = archived(job, "lead", "outcome-", "");
      const text = readFileSync(path, "utf8").replace(/^id: .*$/m, `id: m-${"0".repeat(24)}`);
      writeFileSync(join(dirname(path), "outcome-x-1-000000000000.md"), text);
    },
    /second outcome/,
  ],
  [
    "two answers taken for one question",
    "outcomes",
    (job) => {
      const calls = join(dirname(task(job, "lead")), "calls");
      writeFileSync(join(calls, "9.json"), readFileSync(join(calls, "1.json")));
    },
    /answered in 1\.json already/,
  ],
  [
    "a reply of another attempt",
    "outcomes",
    (job) => rewrite(task(job, "lead"), (text) => text.replace("attempt: 1\n", "attempt: 2\n")),
    /took the reply|second/,
  ],
  [
    "a subtask sent before what it needs was done",
    "dependencies",
    (job) =>
      rewrite(task(job, "lead"), (text) =>
        text.replace("status: done\n    attempt", "status: failed\n    attempt"),
      ),
    /second is done, though first is failed/,
  ],
  [
    "a TASK without the results that it needs",
    "dependencies",
    (job) => rewrite(outbox(job, "lead", "task-", "second"), (text) => text.replace("did go", "did not")),
    /does not hold the results of first/,
  ],
  [
    "a task that waits for nobody",
    "waits",
    (job) => rewrite(task(job, "lead"), (text) => text.replace(/^status: done$/m, "status: executing")),
    /no subtask is under way/,
  ],
  [
    "a task whose subtask nobody has",
    "waits",
    (job) => {
      rewrite(task(job, "lead"), (text) =>
        text
          .replace(/^status: done$/m, "status: executing")
          .replace("    status: done\n", "    status: dispatched\n"),
      );
      rmSync(dirname(task(job, "worker", "first")), { recursive: true });
    },
    /neither its TASK nor a task/,
  ],
  [
    "a final task that never replied",
    "waits",
    (job) => rmSync(outbox(job, "worker", "reply-", "first")),
    /neither outbox nor pending/,
  ],
  [
    "grants above the budget",
    "grants",
    (job) =>
      rewrite(task(job, "lead"), (text) =>
        text.replace(/^status: done$/m, "status: done\nbudget: {tasks: 2, tokens: 10}"),
      ),
    /tasks are granted/,
  ],
  [
    "a task that is too deep",
    "grants",
    (job) => rewrite(task(job, "worker", "first"), (text) => text.replace("depth: 1", "depth: 7")),
    /level 7, the limit is 5/,
  ],
  [
    "a path that does not lead here",
    "grants",
    (job) =>
      rewrite(task(job, "worker", "first"), (text) =>
        text.replace(/path: \[lead, worker\]/, "path: [lead, lead]"),
      ),
    /its path ends at lead/,
  ],
  [
    "one piece of work as two tasks",
    "keys",
    (job) => {
      const path = task(job, "worker", "first");
      const copy = join(dirname(dirname(path)), "copied");
      mkdirSync(copy);
      writeFileSync(
        join(copy, "task.md"),
        readFileSync(path, "utf8").replace(/^task_id: .*$/m, "task_id: copied"),
      );
    },
    /the same work as/,
  ],
  [
    "one name in two days of the archive",
    "keys",
    (job) => {
      const path = archived(job, "lead", "reply-", "first");
      const day = join(dirname(path), "../02");
      mkdirSync(day, { recursive: true });
      linkSync(path, join(day, path.slice(path.lastIndexOf("/") + 1)));
    },
    /archived as .* as well/,
  ],
  [
    "a journal that was not emptied",
    "leftovers",
    ({ root }) => writeFileSync(join(root, ".clawflow/journal"), "x"),
    /its journal holds 1 bytes/,
  ],
  [
    "what a host left in tmp",
    "leftovers",
    ({ agents }) => writeFileSync(join(agents.get("worker") ?? "", "mailbox/tmp/s-1"), ""),
    /left over/,
  ],
];

test.each(FAULTS)("finds %s", async (_, check, makeFault, says) => {
  const job = await finishedJob();
  makeFault(job);
  const { findings } = verify(disk, job.agents, { depth: 5 });
  const texts = findings.filter((finding) => finding.check === check).map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
});

test("a task that a person moved away meanwhile is no crash", async () => {
  const job = await finishedJob();
  const moving = {
    ...disk,
    read(path: string) {
      if (path.endsWith("task.md")) throw Object.assign(new Error("gone"), { code: "ENOENT" });
      return disk.read(path);
    },
  };
  expect(() => verify(moving, job.agents)).not.toThrow();
});

function rewrite(path: string, change: (text: string) => string): void {
  const before = readFileSync(path, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`nothing to change in ${path}:\n${before}`);
  // A new file: the old one is the sender's copy as well.
  chmodSync(path, 0o600);
  writeFileSync(`${path}.new`, after);
  renameSync(`${path}.new`, path);
}

function task({ agents, task_id }: Job, agent: string, subtask?: string): string {
  const id = subtask === undefined ? task_id : `${task_id}.${subtask}`;
  return join(agents.get(agent) ?? "", "tasks", id, "task.md");
}

function archived({ agents }: Job, agent: string, start: string, subtask: string): string {
  const archive = join(agents.get(agent) ?? "", "mailbox/archive");
  const names = readdirSync(archive, { recursive: true, encoding: "utf8" });
  const name = names.find(
    (path) => path.includes(`/${start}`) && path.includes(subtask) && path.endsWith(".md"),
  );
  return join(archive, name ?? "nothing");
}

function outbox({ agents }: Job, agent: string, start: string, subtask: string): string {
  const folder = join(agents.get(agent) ?? "", "mailbox/outbox");
  const name = readdirSync(folder).find((path) => path.startsWith(start) && path.includes(subtask));
  return join(folder, name ?? "nothing");
}
