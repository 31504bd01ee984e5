/** How a state looks: never by colour alone, the sign and the word say it too. */
export type Tone = "good" | "bad" | "wait" | "run" | "quiet";

/** The same signs as `clawflow tree` has. */
const SIGNS: Record<Tone, string> = { good: "✓", bad: "✗", wait: "?", run: "●", quiet: "○" };

const TONES: Record<string, Tone> = {
  done: "good",
  failed: "bad",
  cancelled: "quiet",
  skipped: "quiet",
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
