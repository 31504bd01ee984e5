import type { ErrorCode } from "../protocol/errors.ts";
import type {
  ControlMessage,
  Message,
  OutcomeMessage,
  ProgressMessage,
  ReplyMessage,
  TaskMessage,
} from "../protocol/message.ts";
import type { BrainAnswer, BrainQuestion } from "../protocol/question.ts";
import type { Task } from "../protocol/task.ts";
import type { Limits } from "../protocol/team.ts";
import type { Change } from "./change.ts";

/** Time as a step sees it. */
export interface Now {
  /** Milliseconds that this agent's hosts have run; all time-outs are counted on it. */
  running: number;
  /** ISO 8601 UTC, for people. */
  wall: string;
}

export interface Peer {
  id: string;
  description: string;
  protocol: 1 | 2;
}

/** The agent whose loop it is: what a step may know beside the task. */
export interface Self {
  id: string;
  /** Those it may give work to, `self` not among them. */
  peers: readonly Peer[];
  limits: Limits;
  /** Defaults of a new task's policy. */
  policy: { on_failure: "fail-fast" | "continue"; max_attempts: number };
  /** Set when a person is this agent's brain: whom a task waits for. */
  person?: string;
}

export type LoopEvent =
  | { type: "task"; message: TaskMessage; bodyHash: string; localId: string }
  /** Every reply to this task that lies in the inbox, with no control for it waiting. */
  | { type: "replies"; messages: ReplyMessage[] }
  | { type: "control"; message: ControlMessage }
  | { type: "outcome"; message: OutcomeMessage }
  | { type: "progress"; message: ProgressMessage }
  | { type: "answer"; question: string; answer: BrainAnswer }
  /** A brain's process runs. */
  | { type: "started"; question: string; pid: number; started: string }
  /** A message of this task was refused, or not accepted within its limit. */
  | { type: "undelivered"; message: string; code: ErrorCode; text: string }
  /** Something of this task may be due. */
  | { type: "timer" }
  /** The host has started again: what was open is put again. */
  | { type: "resume" };

/** What becomes of the message that was the event. */
export type Disposal =
  | { message: string; to: "archive" }
  /** Seen before: archived beside its first copy. */
  | { message: string; to: "again" }
  | { message: string; to: "dead"; code: ErrorCode; text: string };

/** A message without what only the formatting adds; the loop fills in every field of the envelope. */
export type Outgoing = Message;

/** A question to be put to the agent's own brain, when a slot is free. `at`: not before this running time. */
export interface Ask {
  task: string;
  question: BrainQuestion;
  /** The subtask it is for, when `agent: self`. */
  subtask?: string;
  at?: number;
  /** Running time at which the brain is ended. */
  deadline?: number;
}

/** All that one step decides. Nothing of it has happened yet. */
export interface Plan {
  create?: Task;
  change?: Change;
  disposals: Disposal[];
  send: Outgoing[];
  /** Ids of messages that were sent before and go again as they were, byte for byte. */
  resend: { id: string; to: string; name: string }[];
  /** Ids of messages that, if still pending, are not to be sent any more. */
  withdraw: { id: string; name: string }[];
  /** Messages of the agent to itself, for the audit. */
  record: Message[];
  ask: Ask[];
  /** Questions that are no longer open: their brains are ended. */
  stop: string[];
  /** The running time of the next thing of this task that may be due. */
  timer?: number;
}
