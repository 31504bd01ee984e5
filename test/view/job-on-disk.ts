import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { Message } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import type { Subtask, Task } from "../../src/protocol/task.ts";
import { subtaskSchema, taskFrontmatterSchema } from "../../src/protocol/task.ts";
import { formatTask } from "../../src/protocol/task-document.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { tempRoot } from "../host/team.ts";
import { disk } from "./team.ts";

/** `"00:10"` of the day on which the job is: ten seconds after it began. */
export const at = (time: string, day = "2026-01-10") => `${day}T10:${time}.000Z`;

export interface Call {
  kind: "consider" | "subtask" | "synthesise";
  ended: string;
  duration: number;
  outcome: "results" | "plan" | "ask" | "error";
  used?: Record<string, number>;
}

type Given = Omit<Partial<Task>, "subtasks" | "calls"> & {
  task_id: string;
  subtasks?: Record<string, Partial<Subtask> & { agent: string }>;
  calls?: Call[];
};

/** Files of a root as a host would leave them, written by hand, so that each number in them is known. */
export function scriptedRoot(agents: readonly string[]) {
  const root = tempRoot();
  const write = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const agent of agents) mkdirSync(join(root, agent, "mailbox"), { recursive: true });
  return {
    root,
    write,
    agents: agentsOfRoot(disk, root),
    task(agent: string, { subtasks = {}, calls = [], ...given }: Given): void {
      const folder = `${agent}/tasks/${given.task_id}`;
      const head = taskFrontmatterSchema.parse({
        clawflow: 2,
        title: given.task_id,
        from: "human",
        reply_to: { task_id: given.task_id, attempt: 1, message: `h-${given.task_id}` },
        body_hash: "x",
        trace: { root: given.task_id, depth: 0, path: [agent] },
        created_at: at("00:00"),
        ...given,
        calls: calls.length,
      });
      const nodes = Object.entries(subtasks).map(([id, one]) => [id, subtaskSchema.parse(one)] as const);
      const text = { instructions: "", context: "", expected_output: "", notes: "", output: "", partial: "" };
      const task: Task = { ...head, subtasks: new Map(nodes), text: { ...text, ...given.text } };
      write(`${folder}/task.md`, formatTask(task).text);
      for (const [index, { ended, ...call }] of calls.entries()) {
        const record = { question: `q-${index + 1}`, asked: 1, taken: true, ended_at: ended, ...call };
        write(`${folder}/calls/${index + 1}.json`, JSON.stringify(record));
      }
    },
    /** @param place below `mailbox/` */
    letter(agent: string, place: string, message: Record<string, unknown> & { id: string }): void {
      const whole = { version: 2, attempt: 1, ...message } as unknown as Message;
      write(`${agent}/mailbox/${place}/${messageFileName(whole)}`, formatMessage(whole));
    },
  };
}

/**
 * A job of 100 s at `lead` with two subtasks at `worker`. The brain asked after 10 s, was answered at 30 s, its plan was shown at 35 s and
 * approved at 40 s; the subtasks were at work from 40 to 60 s and from 50 to 80 s.
 */
export function scriptedJob() {
  const files = scriptedRoot(["lead", "worker"]);
  const sub = (agent: string, id: string, from: string, to: string) =>
    ({
      agent,
      status: "done",
      attempt: 1,
      message: `m-${id}`,
      dispatched_at: from,
      finished_at: to,
    }) as const;
  files.task("lead", {
    task_id: "job",
    mode: "coordinating",
    status: "done",
    finished_at: at("01:40"),
    used: { tokens: 150, usd: 0.5 },
    subtasks: {
      a: sub("worker", "a", at("00:40"), at("01:00")),
      b: sub("worker", "b", at("00:50"), at("01:20")),
    },
    calls: [
      { kind: "consider", ended: at("00:10"), duration: 10_000, outcome: "ask", used: { tokens: 100 } },
      { kind: "consider", ended: at("00:35"), duration: 5_000, outcome: "plan" },
      { kind: "synthesise", ended: at("01:40"), duration: 20_000, outcome: "results", used: { usd: 0.5 } },
    ],
  });
  const part = (id: string, from: string, to: string, used: Record<string, number>) =>
    files.task("worker", {
      task_id: `job.${id}`,
      from: "lead",
      reply_to: { task_id: "job", subtask_id: id, attempt: 1, message: `m-${id}` },
      trace: { root: "job", depth: 1, path: ["lead", "worker"] },
      mode: "direct",
      status: "done",
      created_at: from,
      finished_at: to,
      calls: [{ kind: "consider", ended: to, duration: 4_000, outcome: "results", used }],
      used,
    });
  part("a", at("00:41"), at("01:00"), { tokens: 7 });
  part("b", at("00:51"), at("01:20"), { tokens: 3 });
  const mail = { task_id: "job", from: "human", to: "lead", type: "control" };
  const answer = { ...mail, id: "h-1", control: "answer", sent_at: at("00:30"), body: { text: "blue" } };
  const approve = { ...mail, id: "h-2", control: "approve", sent_at: at("00:40"), body: { text: "" } };
  const plan = { ...mail, id: "m-9", type: "outcome", from: "lead", outcome: "plan", question: "q-2" };
  files.letter("lead", "archive/2026/01/10", answer);
  files.letter("lead", "archive/2026/01/10", approve);
  files.letter("lead", "archive/2026/01/10", { ...plan, sent_at: at("00:35"), body: { text: "{}" } });
  return files;
}
