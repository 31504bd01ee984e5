import type { ControlMessage, OutcomeMessage } from "../../protocol/message.ts";
import { parsePlan } from "../../protocol/outcome-body.ts";
import type { Task } from "../../protocol/task.ts";
import type { JobLetter } from "./job-letters.ts";
import { compare, type JobTask } from "./job-tasks.ts";

/** Something that was decided about a job, and the message that is the evidence of it. */
export interface Decision {
  time: string;
  /** `human`, or the agent that split its work, asked something or gave its own control. */
  by: string;
  what: ControlMessage["control"] | "plan" | "ask" | "results" | "error";
  /** Whose task it is about. */
  agent: string;
  task_id: string;
  subtask?: string;
  /** The reason, the answer, the result, what an edit came to; of a plan its subtasks. */
  text: string;
  /** What was asked, of an answer. */
  question?: string;
  message: string;
  /** Absolute. */
  file: string;
}

/** What was decided about a job: all of people, and of agents how they split their work and what they asked. @param letters from the archive */
export function decisionsOf(letters: readonly JobLetter[], tasks: readonly JobTask[]): Decision[] {
  const known = new Map(tasks.map(({ agent, task }) => [`${agent}/${task.task_id}`, task]));
  const decisions: Decision[] = [];
  for (const { agent, message, path } of letters) {
    const task = known.get(`${agent}/${message.task_id}`);
    if (task === undefined) continue;
    if (message.from !== "human" && !isDecisionOfAgent(message)) continue;
    decisions.push({
      time: message.sent_at,
      by: message.from,
      what: message.type === "control" ? message.control : message.outcome,
      agent,
      task_id: message.task_id,
      ...(message.subtask_id === undefined ? {} : { subtask: message.subtask_id }),
      text: textOf(message),
      ...questionOf(message, task),
      message: message.id,
      file: path,
    });
  }
  return decisions.sort((a, b) => compare(a.time, b.time) || compare(a.message, b.message));
}

/** What agents pass on down the tree follows from what was decided above; their answers stand elsewhere in a report. */
function isDecisionOfAgent(message: ControlMessage | OutcomeMessage): boolean {
  return message.type === "outcome" && (message.outcome === "plan" || message.outcome === "ask");
}

function textOf(message: ControlMessage | OutcomeMessage): string {
  const text = message.body.text.trim();
  if (message.type === "control" || message.outcome !== "plan") return text;
  try {
    return Object.keys(parsePlan(text).subtasks).join(", ");
  } catch {
    return text;
  }
}

/** The question of an answer: where it was taken both stand in the Context. */
function questionOf(message: ControlMessage | OutcomeMessage, task: Task): { question?: string } {
  if (message.type !== "control" || message.control !== "answer") return {};
  const { subtask_id: id } = message;
  const context = id === undefined ? task.text.context : (task.subtasks.get(id)?.context ?? "");
  const answer = `\nAnswer of ${message.from}: ${message.body.text.trim()}`;
  const exchange = context.split(/^Question: /m).find((one) => `${one.trimEnd()}\n`.includes(`${answer}\n`));
  return exchange === undefined ? {} : { question: exchange.slice(0, exchange.indexOf(answer)).trim() };
}
