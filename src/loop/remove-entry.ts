import { addAmounts } from "../protocol/amounts.ts";
import { recallSubtask } from "./cancel.ts";
import type { Draft } from "./draft.ts";

/**
 * Takes a subtask out of the plan: whoever has it is told, what it used goes on counting, and so do its attempts if its id comes again.
 * What depended on it does so no more.
 */
export function removeEntry(draft: Draft, id: string): void {
  recallSubtask(draft, id, "it was removed from the plan");
  const { used, granted, attempt } = draft.subtask(id);
  draft.set({
    used: addAmounts(addAmounts(draft.task.used, used), granted),
    removed: { ...draft.task.removed, [id]: attempt },
  });
  draft.removeSubtask(id);
  for (const [other, { depends_on }] of [...draft.nodes]) {
    if (!depends_on.includes(id)) continue;
    draft.setSubtask(other, { depends_on: depends_on.filter((dependency) => dependency !== id) });
    draft.noteNotTaken([`${other}: it no longer depends on ${id}, which was removed`]);
  }
}
