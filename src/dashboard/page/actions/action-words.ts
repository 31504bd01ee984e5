import type { ActionKind } from "./offered.ts";
import { nameOf, type Subject } from "./subject.ts";

interface ActionWords {
  /** On its button. */
  label: string;
  /** What is said of it once it was sent. */
  said(name: string): string;
  /** What it means, in the form that asks for more. */
  help?: string;
  /** Asks before it is done, since it cannot be undone. */
  ends?: boolean;
}

const WORDS: Record<ActionKind, ActionWords> = {
  approve: { label: "Approve", said: (name) => `The approval of ${name} was sent.` },
  reject: {
    label: "Reject",
    said: (name) => `The rejection of ${name} was sent.`,
    help: "The reason goes to the agent, which is asked for another plan.",
  },
  answer: { label: "Answer", said: (name) => `The answer to ${name} was sent.` },
  result: {
    label: "Write the result",
    said: (name) => `The result of ${name} was sent.`,
    help: "Your text is the result; whatever still works on it is stopped. That cannot be undone.",
    ends: true,
  },
  fail: {
    label: "It cannot be done",
    said: (name) => `That ${name} cannot be done was sent.`,
    help: "It fails, with your reason.",
    ends: true,
  },
  pause: { label: "Pause", said: (name) => `The pause of ${name} was sent.` },
  resume: { label: "Resume", said: (name) => `${name} was told to go on.` },
  retry: { label: "Do it again", said: (name) => `${name} is to be done again: sent.` },
  reassign: {
    label: "Give it to another",
    said: (name) => `Another agent for ${name}: sent.`,
    help: "Whoever has it now is told to stop, and the other begins anew.",
  },
  add: {
    label: "Add a subtask",
    said: (name) => `Another subtask of ${name}: sent.`,
    help: "It is sent when what it waits for is done.",
  },
  limits: {
    label: "Change limits",
    said: (name) => `Other limits for ${name}: sent.`,
    help: "What stopped for want of budget or time goes on.",
  },
  cancel: {
    label: "Cancel",
    said: (name) => `The cancel of ${name} was sent.`,
    help: "It ends, at every agent that works on it, and its results so far are not used. That cannot be undone.",
    ends: true,
  },
};

export function wordsOf(kind: ActionKind): ActionWords {
  return WORDS[kind];
}

/** What it means for that one. */
export function helpOf(kind: ActionKind, { isScript }: Subject): string | undefined {
  return kind === "reject" && isScript ? "The run ends, with your reason." : WORDS[kind].help;
}

export function saidOf(kind: ActionKind, subject: Subject): string {
  return WORDS[kind].said(nameOf(subject));
}
