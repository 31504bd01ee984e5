import { messageFileName } from "../../src/protocol/ids.ts";
import type { Message } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import type { Task } from "../../src/protocol/task.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import type { Disturbance } from "./scenario.ts";
import { ROOT } from "./sim-host.ts";
import type { Simulation } from "./simulation.ts";

/** What somebody says who has no say in it, or says too late. */
export const MEDDLINGS = [
  "reply of another agent",
  "reply to an earlier attempt",
  "outcome of another agent",
  "approval of the giver",
] as const;
export type Meddling = (typeof MEDDLINGS)[number];

const AGAIN = 250;

/** Waits for an occasion, and takes it. */
export function meddle(
  world: Simulation,
  { what, choice, for: patience }: Disturbance & { kind: "meddle" },
): void {
  const until = world.time.now + patience;
  const look = () => {
    const occasions = [...occasionsOf(world, what)];
    const message = occasions[Math.floor(choice * occasions.length)];
    if (message !== undefined) say(world, what, message);
    else if (world.time.now < until) world.time.after(AGAIN, look);
  };
  look();
}

function say(world: Simulation, what: Meddling, message: Message): void {
  const life = world.newLife();
  const name = messageFileName(message);
  world.strangers.add(name);
  world.ledger.note(message.from, `meddles: ${what}, ${message.task_id} of ${message.to}`);
  const delivery = { name, bytes: Buffer.from(formatMessage(message)) };
  deliverInto(life.disk, `${ROOT}/${message.to}`, delivery, { sync: true }).then(
    () => world.hint(message.to),
    () => {},
  );
}

function* occasionsOf(world: Simulation, what: Meddling): Generator<Message> {
  const agents = world.scenario.hosts.flat();
  for (const agent of agents) {
    for (const task of world.watch.book.openTasks(agent)) {
      const number = world.strangers.size + 1;
      if (what === "reply of another agent" || what === "reply to an earlier attempt")
        yield* repliesTo(agents, agent, task, what, number);
      else if (what === "outcome of another agent") yield* outcomesFor(agents, agent, task, number);
      else yield* approvalsOf(agent, task, number);
    }
  }
}

function* repliesTo(
  agents: readonly string[],
  agent: string,
  task: Task,
  what: Meddling,
  number: number,
): Generator<Message> {
  for (const [id, subtask] of task.subtasks) {
    if (subtask.status !== "dispatched" || subtask.agent === "self") continue;
    const isLate = what === "reply to an earlier attempt";
    const from = isLate ? subtask.agent : agents.find((other) => other !== subtask.agent && other !== agent);
    const attempt = isLate ? subtask.attempt - 1 : subtask.attempt;
    if (from === undefined || attempt < 1) continue;
    yield {
      ...envelope(agent, task.task_id, from, number),
      subtask_id: id,
      attempt,
      type: "reply",
      status: "done",
      completed_at: SENT,
      body: { results: "none of its business", error: "", partial: "" },
    };
  }
}

function* outcomesFor(
  agents: readonly string[],
  agent: string,
  { task_id, asking }: Task,
  number: number,
): Generator<Message> {
  const from = agents.find((other) => other !== agent);
  if (asking === undefined || from === undefined) return;
  yield {
    ...envelope(agent, task_id, from, number),
    type: "outcome",
    question: asking.question,
    outcome: "results",
    body: { text: "none of its business" },
  };
}

/** Whoever gave the work names it as their TASK did. */
function* approvalsOf(agent: string, { waiting, from, reply_to }: Task, number: number): Generator<Message> {
  if (waiting?.for !== "approval" || from === "human") return;
  const { task_id, subtask_id, attempt } = reply_to;
  yield {
    ...envelope(agent, task_id, from, number),
    ...(subtask_id === undefined ? {} : { subtask_id }),
    attempt,
    type: "control",
    control: "approve",
    body: { text: "yes" },
  };
}

const SENT = "2026-11-20T12:00:00.000Z";

function envelope(to: string, task_id: string, from: string, number: number) {
  return {
    clawflow: 2 as const,
    version: 2 as const,
    id: `meddler-${number}`,
    task_id,
    attempt: 1,
    from,
    to,
    sent_at: SENT,
  };
}
