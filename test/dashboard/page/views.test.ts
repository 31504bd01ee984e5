import { expect, test } from "vitest";
import type { Status, Why } from "../../../src/dashboard/api-types.ts";
import { subjectOf } from "../../../src/dashboard/page/actions/subject.ts";
import { shownStatus, toneOf } from "../../../src/dashboard/page/parts/status-look.ts";
import { agentLines } from "../../../src/dashboard/page/views/agent-lines.ts";
import { stuckReasons } from "../../../src/dashboard/page/views/stuck-reasons.ts";
import { taskOfLetter } from "../../../src/dashboard/page/views/task-of-letter.ts";
import { PROBLEM_KINDS } from "../../../src/protocol/problem-kinds.ts";
import { SUBTASK_STATUSES, TASK_STATUSES } from "../../../src/protocol/task.ts";

const STATUS: Status = {
  root: "/r",
  agents: ["lead", "writer"],
  hosts: [{ pid: 7, state: "alive", agents: ["lead"] }],
  problems: [{ kind: "dead", agent: "lead", text: "" }],
  waiting: [{ agent: "writer", messages: 3 }],
  running: [],
  finished: [],
};

test("agents, with who runs them and what they have", () => {
  expect(agentLines(STATUS)).toEqual([
    { agent: "lead", host: "process 7", messages: 0, running: 0, needs: 1 },
    { agent: "writer", host: "nobody", messages: 3, running: 0, needs: 0 },
  ]);
});

test("stuck is what does not pass by itself, and does not stand among the problems already", () => {
  const reason = (cause: string, agent: string) =>
    ({
      agent: "boss",
      task_id: "job",
      title: "",
      hold: { cause, agent, task_id: "t", what: "" },
    }) as unknown as Why["reasons"][number];
  const reasons = [reason("budget", "writer"), reason("brain", "writer"), reason("dead-letter", "lead")];
  expect(stuckReasons(reasons, STATUS.problems).map(({ hold }) => hold.cause)).toEqual(["budget"]);
});

test("a message is about a task as the agent that has it knows it", () => {
  const letter = { task_id: "job", subtask: "draft", attempt: 1 };
  expect(taskOfLetter({ ...letter, type: "task", from: "lead" })).toBe("job.draft");
  expect(taskOfLetter({ ...letter, type: "task", from: "lead", attempt: 2 })).toBe("job.draft_2");
  expect(taskOfLetter({ ...letter, type: "reply", from: "writer" })).toBe("job");
  expect(taskOfLetter({ ...letter, type: "control", from: "human" })).toBe("job");
  expect(taskOfLetter({ type: "task", from: "human", task_id: "job" })).toBe("job");
  expect(taskOfLetter({})).toBeUndefined();
});

test("every state has a look", () => {
  const quiet = ["pending", "cancelled", "skipped"];
  for (const status of [...TASK_STATUSES, ...SUBTASK_STATUSES, ...PROBLEM_KINDS])
    expect([status, toneOf(status) === "quiet"]).toEqual([status, quiet.includes(status)]);
  expect(toneOf(shownStatus("done", { state: "finished", status: "unfit" }))).toBe("bad");
  expect(shownStatus("done", { state: "finished", status: "done" })).toBe("done");
});

test("a subtask is known by its task: whose it is, and where that stands", () => {
  const shown = {
    agent: "lead",
    task_id: "job",
    title: "Job",
    status: "executing",
    from: "human",
    reply_to: { task_id: "job", attempt: 1, message: "m-1" },
    subtasks: [
      {
        subtask: "draft",
        agent: "writer",
        description: "Write it",
        status: "dispatched",
        depends_on: [],
        attempt: 1,
      },
    ],
  } as unknown as Parameters<typeof subjectOf>[0];
  expect(subjectOf(shown, "draft")).toMatchObject({
    agent: "lead",
    subtask: "draft",
    assigned: "writer",
    title: "Write it",
    status: "dispatched",
    taskStatus: "executing",
  });
  expect(subjectOf(shown)).toMatchObject({ title: "Job", status: "executing", siblings: ["draft"] });
});
