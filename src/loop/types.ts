import type { TaskEdit } from "../protocol/edit.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type {
  ControlMessage,
  Message,
  OutcomeMessage,
  ProgressMessage,
  ReplyMessage,
  TaskMessage,
} from "../protocol/message.ts";
import type { PlannedSubtask } from "../protocol/outcome.ts";
import type { BrainAnswer, BrainQuestion, BrainResult } from "../protocol/question.ts";
import type { ScriptCall } from "../protocol/script.ts";
import type { Attachment, Policy, SubtaskStatus, Task } from "../protocol/task.ts";
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
  /** It is run by another host: a message to it is accepted some time after it was sent, or never. */
  remote?: true;
}

/** The agent whose loop it is: what a step may know beside the task. */
export interface Self {
  id: string;
  /** Those it may give work to, itself not among them. */
  peers: readonly Peer[];
  limits: Limits;
  /** Defaults of a new task's policy. */
  policy: { on_failure: "fail-fast" | "continue"; max_attempts: number; approval?: Policy["approval"] };
  /** Set when a person is this agent's brain: whom a task waits for. */
  person?: string;
}

export type LoopEvent =
  /** `refusal`: it was read, but cannot be done (a limit, an old attempt); it is answered with that. */
  | { type: "task"; message: TaskMessage; bodyHash: string; localId: string; refusal?: Refusal }
  /** Every reply to this task that lies in the inbox, with no control for it waiting. */
  | { type: "replies"; messages: ReplyMessage[] }
  /** `removed`: the work was finished and removed after its time. */
  | { type: "control"; message: ControlMessage; localId: string; removed?: true }
  /** A person changed task.md: what of it is new against the text that they had before them. */
  | { type: "edit"; found: FoundEdit }
  | { type: "outcome"; message: OutcomeMessage }
  /** The script that runs calls agents; by the id that each subtask gets. */
  | { type: "calls"; question: string; calls: Record<string, CalledSubtask> }
  /** No answer of that call fitted its schema, the last no more than those before; said each time the program comes by. `why`: `E_CODE: text`. */
  | { type: "unfit"; question: string; subtask: string; why: string }
  | { type: "progress"; message: ProgressMessage }
  | { type: "answer"; question: string; answer: BrainAnswer; attachments: Attachment[] }
  /** A brain's process runs. */
  | { type: "started"; question: string; pid: number; started: string }
  /** The host of the peer has this message of the task; not told of peers of the same host, who have it at once. */
  | { type: "accepted"; message: string }
  /** A message of this task was refused, or (`E_UNDELIVERED`) not accepted within its limit: then it may be there all the same. */
  | { type: "undelivered"; message: string; code: ErrorCode; text: string }
  /** The sender gave the same subtask again, as a later attempt. */
  | { type: "superseded"; attempt: number }
  /** Something of this task may be due. */
  | { type: "timer" }
  /** The host has started again: what was open is put again. */
  | { type: "resume" }
  /** A question that was open then has its turn. */
  | { type: "again"; question: string };

/** What was found in a task.md that a person wrote. */
export interface FoundEdit {
  edit: TaskEdit;
  /** The whole text as it stands. */
  layout: string;
  /**
   * Where the edited subtasks stood in the text that the person had before them; a result that came since then goes before what the
   * person says of that subtask.
   */
  seen: Record<string, { status: SubtaskStatus; attempt: number }>;
  /** What the runtime owns and the person had changed, one line each: it is put back. */
  putBack: string[];
}

export interface Refusal {
  code: ErrorCode;
  text: string;
  status: "failed" | "cancelled";
}

/** What becomes of a message that was an event. */
export type Disposal =
  /** `note`: why it changed nothing (late, unknown, foreign). */
  | { message: string; to: "archive"; note?: string }
  /** Seen before: archived beside its first copy. */
  | { message: string; to: "again" }
  | { message: string; to: "dead"; code: ErrorCode; text: string };

/** The question as the loop can know it; the host adds the workspace and where attachments lie. */
export type LoopQuestion = Omit<BrainQuestion, "workspace" | "task" | "results"> & {
  task: Unplaced<BrainQuestion["task"]>;
  results?: Record<string, Unplaced<BrainResult>>;
};

type Unplaced<T> = Omit<T, "attachments"> & { attachments?: Attachment[] };

/** A question to be put to the agent's own brain when a slot is free. */
export interface Ask {
  task: string;
  question: LoopQuestion;
  /** The subtask that it is for, when `agent: self`. */
  subtask?: string;
  /** Running time at which the brain is ended. */
  deadline?: number;
  /** It was open when the host began, and waits for its turn: then `again` comes, and it is noted as asked once more, and put. */
  resumed?: true;
}

/** A call of a script, as a subtask. */
export type CalledSubtask = PlannedSubtask & { call: ScriptCall };

/** A script that is to run from the top, as the answer to a question. */
export interface ScriptAsk {
  task: string;
  question: string;
}

/** All that one step decides. Nothing of it has happened yet. */
export interface Plan {
  create?: Task;
  change?: Change;
  disposals: Disposal[];
  send: Message[];
  /** Ids of messages that were sent before and go again as they were, byte for byte. */
  resend: { to: string; name: string }[];
  /** Messages that, if still pending, are not to be sent any more. */
  withdraw: string[];
  /** Messages of the agent to itself, for the audit. */
  record: Message[];
  /** Texts that cross as attachments. */
  blobs: { sha256: string; text: string }[];
  /** Files of the task's folder: `calls/<n>.json`. */
  files: { path: string; text: string }[];
  ask: Ask[];
  run: ScriptAsk[];
  /** Questions that are no longer open: their brains are ended. */
  stop: string[];
  /** Of an edit of task.md: why nothing of it was taken; or, where it was, what of it was not (one line each). */
  refused?: string;
  notTaken?: string[];
}
