import type { ShownStanding } from "./standing.tsx";
import { signOf, type Tone, toneOf, wordOf } from "./status-look.ts";

/**
 * The state of a task, a subtask or a problem, as a sign and a word.
 *
 * @param standing where that is known: what is a person's turn is marked so
 */
export function StatusBadge({ status, standing }: { status: string; standing?: ShownStanding | undefined }) {
  const isTurn = standing?.state === "waiting" && standing.person === true;
  const tone: Tone = isTurn ? "wait" : toneOf(status);
  return (
    <span class={`badge tone-${tone}`}>
      <span aria-hidden="true">{signOf(tone)}</span> {wordOf(status)}
      {isTurn ? <span class="sr">, a person is awaited</span> : null}
    </span>
  );
}
