import type { Tree } from "../../api-types.ts";

/** How a state looks: never by colour alone, the sign and the word say it too. */
export type Tone = "good" | "bad" | "wait" | "run" | "quiet";

/** The same signs as `clawflow tree` has. */
const SIGNS: Record<Tone, string> = { good: "✓", bad: "✗", wait: "?", run: "●", quiet: "○" };

const TONES: Record<string, Tone> = {
  done: "good",
  failed: "bad",
  cancelled: "quiet",
  skipped: "quiet",
  unfit: "bad",
  pending: "quiet",
  paused: "wait",
  "in-progress": "run",
  planning: "run",
  executing: "run",
  aggregating: "run",
  dispatched: "run",
  // Of problems.
  approval: "wait",
  answer: "wait",
  person: "wait",
  edit: "bad",
  dead: "bad",
  undelivered: "bad",
  unreadable: "bad",
  stopped: "bad",
};

/** Of the statuses of tasks and subtasks, and of the kinds of problems. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? "quiet";
}

/** Its status, or that its answer is of no use to the script that called. */
export function shownStatus(status: string, standing: Tree["standing"] | undefined): string {
  return standing?.state === "finished" && standing.status === "unfit" ? standing.status : status;
}

export function signOf(tone: Tone): string {
  return SIGNS[tone];
}

/** What it is called where it is shown, where that is not the word itself. */
export function wordOf(status: string): string {
  return WORDS[status] ?? status;
}

const WORDS: Record<string, string> = {
  answer: "question",
  person: "your work",
  dead: "dead letter",
  edit: "edit not taken",
  stopped: "nobody runs it",
};
