import type { ManualPage } from "./manual.ts";

const BRAINS = {
  "CLAWFLOW_QUESTION, CLAWFLOW_AGENT, CLAWFLOW_TASK":
    "set for a brain's process: the command then speaks as that agent, on that question alone",
};

/** Pages of the commands in `register/acting.ts`. */
export const ACTING: Record<string, ManualPage> = {
  cancel: {
    description: [
      "Cancels a task, or one of its subtasks (TASK/SUBTASK), and all that is below, at whatever agent it is. The text is the reason; it stands in the task and in the reply. What was done until then is kept. A task that is finished stays as it is.",
      "Like every command of this group it puts one message into the agent's inbox, which is taken now or when a host runs.",
    ],
    exit: { 3: "a brain called it: that is a person's to do" },
    see: ["retry", "status", "docs/loop.md"],
  },
  retry: {
    description: [
      "Does a task again that failed or was cancelled, but for what was done of it; or a subtask (TASK/SUBTASK), in a new attempt, with all that depends on it. Also of a task that is done: its answer is then made anew.",
    ],
    exit: { 3: "a brain called it: that is a person's to do" },
    see: ["cancel", "calls", "report", "docs/limits-and-failure.md"],
  },
  pause: {
    description: [
      "Holds a task, or one of its subtasks (TASK/SUBTASK), and all that is below, at whatever agent it is: nothing new is sent or asked. What is under way is not ended, and its result is taken when it comes.",
      "Deadlines and the times of attempts go on counting; reminders, and the time within which a question or an approval must be answered, do not. Twice is as once.",
    ],
    exit: { 1: "it is finished", 3: "a brain called it: that is a person's to do" },
    see: ["resume", "cancel", "why", "docs/limits-and-failure.md"],
  },
  resume: {
    description: [
      "Lets a task, or one of its subtasks (TASK/SUBTASK), go on, and all that is below, also where somebody paused a part of that by itself; but not a subtask of this task that was paused by name. What is not paused stays as it is.",
    ],
    exit: { 3: "a brain called it: that is a person's to do" },
    see: ["pause", "why", "docs/loop.md"],
  },
  approve: {
    description: [
      "Approves the plan that a task waits to begin (`clawflow show TASK` prints it). It counts for the plan that stands in task.md now, and for no other: should it change before the agent takes the approval, the approval is refused. With --plan it counts for what you were shown: what has changed since then is not approved.",
      "The text is kept with it in the archive.",
    ],
    exit: {
      1: "nothing waits for an approval; it says what the task does wait for",
      3: "a brain called it: decisions are a person's",
    },
    see: ["reject", "why", "docs/limits-and-failure.md"],
  },
  reject: {
    description: [
      "Rejects the plan that a task waits to begin. The plan is dropped, and the brain is asked once more, with the text as the reason: it may plan anew, or do without. A cancel ends the task instead.",
    ],
    exit: {
      1: "nothing waits for an approval; it says what the task does wait for",
      3: "a brain called it: decisions are a person's",
    },
    see: ["approve", "cancel", "docs/limits-and-failure.md"],
  },
  answer: {
    description: [
      "Answers what a task, or a subtask that the agent does itself (TASK/SUBTASK), asked a person; `clawflow why` prints the question. Question and answer stand in its context from then on, and the brain is asked anew. The text - is standard input.",
    ],
    exit: {
      1: "nothing waits for an answer; it says what the task does wait for",
      3: "a brain called it: decisions are a person's",
    },
    see: ["why", "status", "docs/limits-and-failure.md"],
  },
  set: {
    description: [
      "Changes a task, or one of its subtasks (TASK/SUBTASK), as an edit of its task.md would, and is taken or refused as a whole in the same way. Each value is KEY=VALUE, with dots for what is inside: `budget.tokens=200000`, `policy.concurrency=4`, `own.owner=Ann`. Texts are taken as they stand, other values are YAML; `KEY=` takes a value away. A deadline is counted from now.",
      "Keys of a task: title, instructions, context, expected_output, notes, policy, budget, deadline, paused, status (done with output, failed or cancelled with error: ends it by hand), own, subtasks. Keys of a subtask: agent, description, instructions, context, expected_output, depends_on, timeout, max_attempts, budget, status (pending: do it again; done, with results; cancelled), results, paused, own. One that is not there yet is added, if an agent is given.",
      "A wider budget or deadline lets go on what was refused, or had ended, for want of it.",
    ],
    exit: {
      2: "a key or value that there is not; nothing was sent",
      3: "a brain called it: that is a person's to do",
    },
    see: ["why", "retry", "dead", "docs/steering.md"],
  },
  plan: {
    description: [
      "Answers a task with a plan of subtasks, in place of its brain: JSON or YAML, from a file or standard input (-). The plan is checked as a whole when the agent takes it: agents, dependencies, cycles, limits.",
      "A brain that may use a shell calls it to answer the question that it was asked.",
    ],
    environment: BRAINS,
    exit: { 3: "a brain called it for a task that is not its own" },
    see: ["message", "done", "fail", "docs/teams-and-brains.md"],
  },
  done: {
    description: [
      "Answers a task with its results, from a file or standard input (-), in place of its brain or as the person whose turn it is. Of a subtask (TASK/SUBTASK) it is the result by a person's hand: the agent that has it is told to stop.",
    ],
    environment: BRAINS,
    exit: { 3: "a brain called it for a task that is not its own" },
    see: ["fail", "plan", "docs/teams-and-brains.md"],
  },
  fail: {
    description: [
      "Answers a task, or a subtask, with an error, in place of its brain. The error travels up to who gave the work, with what was done of it (--partial).",
    ],
    environment: BRAINS,
    exit: { 3: "a brain called it for a task that is not its own" },
    see: ["done", "cancel", "docs/limits-and-failure.md"],
  },
  message: {
    description: [
      "Prints a template with ids made and what is known filled in: a TASK for an agent, a REPLY to the TASK in a file, or a plan (dag). Fill it in with an editor, and send it or put it into an inbox.",
    ],
    see: ["send", "plan", "docs/protocol.md"],
  },
};
