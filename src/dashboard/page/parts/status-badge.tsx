import type { ShownStanding } from "./standing.tsx";
import { shownStatus, signOf, type Tone, toneOf, wordOf } from "./status-look.ts";

interface StatusBadgeProps {
  status: string;
  /** Where that is known: what is a person's turn is marked so, and a task at whose plan a brain works is at work. */
  standing?: ShownStanding | undefined;
}

/** The state of a task, a subtask or a problem, as a sign and a word. */
export function StatusBadge({ status, standing }: StatusBadgeProps) {
  const { tone, word, isTurn } = lookOf(status, standing);
  return (
    <span class={`badge tone-${tone}`}>
      <span aria-hidden="true">{signOf(tone)}</span> {word}
      {isTurn ? <span class="sr">, a person is awaited</span> : null}
    </span>
  );
}

/** The sign alone, where a text beside it says how things stand. */
export function StatusSign({ status, standing }: StatusBadgeProps) {
  const { tone, isTurn } = lookOf(status, standing);
  return (
    <span class={`badge tone-${tone}`}>
      <span aria-hidden="true">{signOf(tone)}</span>
      {isTurn ? <span class="sr">a person is awaited</span> : null}
    </span>
  );
}

function lookOf(
  status: string,
  standing: ShownStanding | undefined,
): { tone: Tone; word: string; isTurn: boolean } {
  const isTurn = standing?.state === "waiting" && standing.person === true;
  if (isTurn) return { tone: "wait", word: wordOf(status), isTurn };
  const isAtWork = status === "pending" && standing?.state === "working";
  return isAtWork
    ? { tone: "run", word: "working", isTurn }
    : { tone: toneOf(shownStatus(status, standing)), word: wordOf(shownStatus(status, standing)), isTurn };
}
