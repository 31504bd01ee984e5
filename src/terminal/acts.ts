import type { Facts, Problem } from "./facts.ts";

/** A task, or a subtask of its plan, at the agent that has it. */
export interface Target {
  agent: string;
  task: string;
  subtask?: string;
  /** The name of a dead letter of the agent: no task then, which is an empty text. */
  letter?: string;
}

/** What the keys are for where a dead letter is chosen: it can be put back, to be handled once more. */
export function workOfLetter(agent: string, letter: string): Work {
  return { target: { agent, task: "", letter }, stands: "ended" };
}

export type ActName =
  | "approve"
  | "reject"
  | "answer"
  | "done"
  | "pause"
  | "resume"
  | "retry"
  | "cancel"
  | "budget"
  | "reassign"
  | "add";

/** What stands on the screen about some work. */
export interface Work {
  /** As whoever gave it names it: what is below a task is paused, cancelled and done again there. */
  target: Target;
  /** As the agent that works on it names it, where it has begun. */
  own?: Target;
  /** Of the works above, the nearest first: a plan that waits is decided where it stands. */
  above?: readonly Target[];
  /** `ended`: failed, cancelled, skipped. */
  stands: "open" | "done" | "ended";
}

interface Act {
  key: string;
  /** In the line of keys. */
  word: string;
  help: string;
  /** What is asked for in a line. */
  asks?: string;
  /** It cannot be undone, so it wants a yes. */
  sure?: string;
}

export const ACTS: Readonly<Record<ActName, Act>> = {
  approve: { key: "a", word: "approve", help: "approve the plan or script that waits for it" },
  reject: { key: "x", word: "reject", help: "reject it, with a reason", asks: "why it is rejected" },
  answer: { key: "w", word: "answer", help: "answer the question that is asked", asks: "the answer" },
  done: { key: "d", word: "done", help: "write the result by hand", asks: "the result" },
  pause: { key: "p", word: "pause", help: "hold it, and all that is below" },
  resume: { key: "u", word: "resume", help: "let it go on" },
  retry: { key: "r", word: "retry", help: "do it again where it failed; put a dead letter back" },
  cancel: {
    key: "c",
    word: "cancel",
    help: "cancel it, and all that is below",
    sure: "and all that is below it",
  },
  budget: {
    key: "b",
    word: "budget",
    help: "raise its budget, or set another value",
    asks: "key=value, as tokens=200000 or deadline=2h",
  },
  reassign: { key: "m", word: "reassign", help: "have another agent do it", asks: "the agent" },
  add: {
    key: "n",
    word: "add a subtask",
    help: "add a subtask to its plan",
    asks: "name, agent, and what is to be done, as links writer Check all links",
  },
};
export const ACT_NAMES = Object.keys(ACTS) as ActName[];

/** The acts that wait for a person, by what the status says of it. */
const DECIDES: Partial<Record<ActName, Problem["kind"]>> = {
  approve: "approval",
  reject: "approval",
  answer: "answer",
};

/** Where an act goes; `undefined`: there is nothing that it could be about. */
export function targetFor(act: ActName, work: Work, { status }: Facts): Target | undefined {
  if (work.target.letter !== undefined) return act === "retry" ? work.target : undefined;
  const problems = status?.problems ?? [];
  const near = [work.own, work.target, ...(work.above ?? [])].filter((one) => one !== undefined);
  const kind = DECIDES[act];
  if (kind !== undefined) return near.find((one) => has(problems, kind, one));
  const own = near.slice(0, work.own === undefined ? 1 : 2);
  const isOpen = work.stands === "open";
  switch (act) {
    case "resume":
      return own.find((one) => has(problems, "paused", one)) ?? (isOpen ? work.target : undefined);
    case "done":
      return isOpen ? (own.find((one) => has(problems, "person", one)) ?? work.target) : undefined;
    case "pause":
    case "cancel":
      return isOpen ? work.target : undefined;
    case "retry":
      return work.stands === "open" ? undefined : work.target;
    case "reassign":
      // Who does a whole job is settled by whom it was given to.
      return work.target.subtask === undefined || work.stands === "done" ? undefined : work.target;
    case "add":
      return isOpen ? (work.own ?? onlyTask(work.target)) : undefined;
    default:
      return work.target;
  }
}

/** Those that a person would want now, for the line of keys. */
export function likelyActs(work: Work, facts: Facts): ActName[] {
  const problems = facts.status?.problems ?? [];
  const own = [work.own, work.target].filter((one) => one !== undefined);
  const isPaused = own.some((one) => has(problems, "paused", one));
  const isPersons = own.some((one) => has(problems, "person", one));
  return ACT_NAMES.filter((act) => {
    if (work.target.letter !== undefined) return act === "retry";
    if (act === "done") return isPersons;
    if (act === "resume") return isPaused;
    if (act === "retry" || act === "budget") return work.stands === "ended";
    if (act === "reassign" || act === "add") return false;
    if (act === "pause" && isPaused) return false;
    return targetFor(act, work, facts) !== undefined;
  });
}

/** The words of the command, and what its `-` stands for. */
export function wordsFor(
  act: ActName,
  target: Target,
  text: string,
  plan?: string,
): { words: string[]; input?: string } {
  if (target.letter !== undefined)
    return { words: ["dead", "--agent", target.agent, "--", "requeue", target.letter] };
  const named = nameOf(target);
  const at = ["--agent", target.agent, "--", named];
  switch (act) {
    case "approve":
      return { words: [act, ...(plan === undefined ? [] : ["--plan", plan]), ...at] };
    case "pause":
    case "resume":
    case "retry":
    case "cancel":
      return { words: [act, ...at] };
    case "reject":
    case "answer":
    case "done":
      return { words: [act, ...at, "-"], input: text };
    case "budget":
      return { words: ["set", ...at, ...valueWords(text)] };
    case "reassign":
      return { words: ["set", ...at, `agent=${text.trim()}`] };
    case "add": {
      const { name, agent, what } = newSubtask(text);
      const added = nameOf({ ...target, subtask: name });
      return {
        words: ["set", "--agent", target.agent, "--", added, `agent=${agent}`, `description=${what}`],
      };
    }
  }
}

/** What a line for `add` says. */
function newSubtask(text: string): { name: string; agent: string; what: string } {
  const [name = "", agent = "", ...words] = text.trim().split(/\s+/);
  return { name, agent, what: words.join(" ") };
}

/** Why a line cannot be taken; `taken`: names of subtasks that there are. */
export function lineProblem(act: ActName, text: string, taken: readonly string[]): string | undefined {
  if (act === "reassign" && /\s/.test(text.trim())) return "an agent has one name";
  if (act !== "add") return undefined;
  const { name, what } = newSubtask(text);
  if (what === "") return "say its name, the agent, and what is to be done";
  return taken.includes(name) ? `there is a subtask ${name} already` : undefined;
}

function onlyTask({ agent, task }: Target): Target {
  return { agent, task };
}

/** A value may have spaces; of a budget the amount alone is enough. */
function valueWords(text: string): string[] {
  const words = text.trim().split(/\s+(?=[\w.-]+=)/);
  return words.map((word) => word.replace(/^(tasks|tokens|usd|seconds)=/, "budget.$1="));
}

/** `TASK` or `TASK/SUBTASK`, as commands take it; of a dead letter its name. */
export function nameOf({ task, subtask, letter }: Target): string {
  if (letter !== undefined) return letter;
  return subtask === undefined ? task : `${task}/${subtask}`;
}

function has(problems: readonly Problem[], kind: Problem["kind"], { agent, task, subtask }: Target): boolean {
  return problems.some(
    (one) =>
      one.kind === kind &&
      one.agent === agent &&
      one.task_id === task &&
      (one.subtask ?? "") === (subtask ?? ""),
  );
}
