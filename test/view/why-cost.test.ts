import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { localTaskId } from "../../src/protocol/ids.ts";
import type { Subtask, Task } from "../../src/protocol/task.ts";
import { formatTask, parseTask } from "../../src/protocol/task-document.ts";
import type { ReadDisk } from "../../src/store/disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { why, whyAll } from "../../src/view/why/why.ts";
import { tempRoot } from "../host/team.ts";
import { disk } from "./team.ts";

const WIDE = 33;
const SINCE = "2026-01-01T00:00:00Z";

/** A root with one tree of 1 + 33 + 33 × 33 open tasks, on each of whose leaves a brain is at work; on one it waits for an answer. */
function bigTree(): { root: string; tasks: number } {
  const root = tempRoot();
  let tasks = 0;
  const write = (agent: string, task: Task): void => {
    tasks++;
    const { text } = formatTask(task);
    for (const path of [`tasks/${task.task_id}/task.md`, `.clawflow/base/${task.task_id}.md`]) {
      mkdirSync(dirname(join(root, agent, path)), { recursive: true });
      writeFileSync(join(root, agent, path), text);
    }
    for (const place of ["inbox", "outbox/pending", "dead"])
      mkdirSync(join(root, agent, "mailbox", place), { recursive: true });
  };
  const split = (to: string): Task["subtasks"] =>
    new Map(Array.from({ length: WIDE }, (_, n) => [`s${n}`, dispatched(to)]));
  write("lead", open("job", "human", split("mid")));
  for (const mid of split("mid").keys()) {
    const id = localTaskId({ task_id: "job", subtask_id: mid, attempt: 1 });
    write("mid", open(id, "lead", split("worker"), { task_id: "job", subtask_id: mid }));
    for (const leaf of split("worker").keys()) {
      const task = open(localTaskId({ task_id: id, subtask_id: leaf, attempt: 1 }), "mid", new Map(), {
        task_id: id,
        subtask_id: leaf,
      });
      if (mid === "s20" && leaf === "s7")
        task.waiting = { for: "answer", text: "Which one?", since: SINCE, question: "" };
      else task.asking = { question: "q-1", kind: "consider", asked: 1, since: SINCE };
      write("worker", { ...task, status: "in-progress" });
    }
  }
  return { root, tasks };
}

function dispatched(agent: string): Subtask {
  return { agent, description: "do it", depends_on: [], status: "dispatched", attempt: 1, message: "m-1" };
}

function open(
  id: string,
  from: string,
  subtasks: Task["subtasks"],
  work: { task_id: string; subtask_id?: string } = { task_id: id },
): Task {
  const depth = id.split(".").length - 1;
  const task = parseTask(
    `---\nclawflow: 2\ntask_id: ${id}\nfrom: ${from}\nstatus: executing\nreply_to: {task_id: ${work.task_id}, message: m-1}\nbody_hash: x\ntrace: {root: job, depth: ${depth}, path: [lead]}\ncreated_at: ${SINCE}\n---\n# Task: x\n\n## Instructions\n\n${"Look at it well. ".repeat(20)}\n`,
  );
  Object.assign(task.reply_to, work);
  return { ...task, subtasks };
}

test("in a tree of 1,000 tasks each is read once, and the one that needs a person is found", () => {
  const { root, tasks } = bigTree();
  let reads = 0;
  let looks = 0;
  const counting: ReadDisk = {
    ...disk,
    read(path) {
      reads++;
      return disk.read(path);
    },
    stat(path) {
      looks++;
      return disk.stat(path);
    },
  };
  expect(tasks).toBe(1 + WIDE + WIDE * WIDE);
  const began = performance.now();
  const view = openRoot(counting, agentsOfRoot(counting, root));
  const job = view.task("lead", "job") as Task;
  const { hold, chain, also } = why(view, "lead", job, Date.now());
  const took = performance.now() - began;
  expect(hold).toMatchObject({ cause: "question", agent: "worker", task_id: "job.s20.s7" });
  expect(chain).toHaveLength(3);
  expect(also).toMatchObject([{ cause: "brain", count: WIDE * WIDE - 1 }]);
  expect(reads).toBeLessThan(tasks * 1.1);
  expect(looks).toBeLessThan(tasks * 4);
  expect(whyAll(view, Date.now())).toHaveLength(1);
  if (process.env.CLAWFLOW_TIMES)
    console.log(`${tasks} tasks: ${took.toFixed(0)} ms, ${reads} reads, ${looks} looks`);
});
