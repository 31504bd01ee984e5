import { progressOf } from "./progress-of.ts";

/** How many subtasks are done, of how many. Nothing where there are none. */
export function Progress({ subtasks }: { subtasks: Readonly<Record<string, number>> }) {
  const { all, over, text } = progressOf(subtasks);
  if (all === 0) return null;
  return (
    <span class="progress">
      <progress max={all} value={over} aria-label="Subtasks that have ended" /> {text}
    </span>
  );
}
