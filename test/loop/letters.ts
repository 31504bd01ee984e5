import type {
  ControlMessage,
  OutcomeMessage,
  ProgressMessage,
  ReplyMessage,
  TaskMessage,
} from "../../src/protocol/message.ts";
import type { PlannedSubtask, PlanOutcome } from "../../src/protocol/outcome.ts";

/** Makers of the messages that tests hand to a loop; what is not said is the plainest that is legal. */
export const WALL = "2026-11-01T10:00:00.000Z";

let made = 0;
const nextId = () => `t-${++made}`;

type Over<M> = Partial<Omit<M, "body">>;

export function taskFrom(
  from: string,
  {
    instructions = "Do it",
    context = "",
    ...over
  }: Over<TaskMessage> & { instructions?: string; context?: string } = {},
): TaskMessage {
  return {
    clawflow: 2,
    version: 2,
    type: "task",
    id: nextId(),
    task_id: "job",
    attempt: 1,
    from,
    to: "lead",
    sent_at: WALL,
    ...over,
    body: { title: "A job", context, instructions, expected_output: "" },
  };
}

/** The answer of whoever got that TASK. */
export function replyTo(
  task: TaskMessage,
  {
    results = "",
    error = "",
    partial = "",
    ...over
  }: Over<ReplyMessage> & { results?: string; error?: string; partial?: string } = {},
): ReplyMessage {
  const status = over.status ?? (error === "" ? "done" : "failed");
  const reply: ReplyMessage = {
    clawflow: 2,
    version: 2,
    type: "reply",
    id: nextId(),
    in_reply_to: task.id,
    task_id: task.task_id,
    attempt: task.attempt,
    from: task.to,
    to: task.from,
    sent_at: WALL,
    completed_at: WALL,
    status,
    used: { tasks: 1 },
    ...over,
    body: { results, error, partial: partial === "" && status !== "done" ? "None" : partial },
  };
  if (task.subtask_id !== undefined && over.subtask_id === undefined) reply.subtask_id = task.subtask_id;
  return reply;
}

export function control(
  kind: ControlMessage["control"],
  { text = "", ...over }: Over<ControlMessage> & { text?: string } = {},
): ControlMessage {
  return {
    clawflow: 2,
    version: 2,
    type: "control",
    id: nextId(),
    task_id: "job",
    attempt: 1,
    from: "human",
    to: "lead",
    sent_at: WALL,
    control: kind,
    ...over,
    body: { text },
  };
}

export function outcomeFrom(
  from: string,
  outcome: OutcomeMessage["outcome"],
  text: string,
  over: Over<OutcomeMessage> = {},
): OutcomeMessage {
  return {
    clawflow: 2,
    version: 2,
    type: "outcome",
    id: nextId(),
    task_id: "job",
    attempt: 1,
    from,
    to: "lead",
    sent_at: WALL,
    outcome,
    ...over,
    body: { text },
  };
}

export function progressOf(task: TaskMessage, over: Over<ProgressMessage> = {}): ProgressMessage {
  const progress: ProgressMessage = {
    clawflow: 2,
    version: 2,
    type: "progress",
    id: nextId(),
    task_id: task.task_id,
    attempt: task.attempt,
    from: task.to,
    to: task.from,
    sent_at: WALL,
    note: "working",
    ...over,
    body: { text: "" },
  };
  if (task.subtask_id !== undefined) progress.subtask_id = task.subtask_id;
  return progress;
}

/** `plan({a: "reader", b: ["writer", "a"]})`: b is the writer's and depends on a. */
export function plan(
  subtasks: Record<string, string | [agent: string, ...depends_on: string[]] | Partial<PlannedSubtask>>,
  policy?: PlanOutcome["policy"],
): PlanOutcome {
  const planned = Object.entries(subtasks).map(([id, given]): [string, PlannedSubtask] => {
    const short = typeof given === "string" ? [given] : given;
    if (!Array.isArray(short))
      return [id, { agent: "reader", description: `Do ${id}`, depends_on: [], ...short }];
    const [agent = "reader", ...depends_on] = short;
    return [id, { agent, description: `Do ${id}`, depends_on }];
  });
  return { subtasks: Object.fromEntries(planned), ...(policy === undefined ? {} : { policy }) };
}

/** The body of an outcome message with a plan of one subtask. */
export const PLAN_TEXT = JSON.stringify(plan({ a: "reader" }));
