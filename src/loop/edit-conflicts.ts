import { describeEdit } from "../protocol/describe-edit.ts";
import type { SubtaskEdit, TaskEdit } from "../protocol/edit.ts";
import type { Subtask } from "../protocol/task.ts";
import type { Draft } from "./draft.ts";
import type { FoundEdit } from "./types.ts";

type Seen = FoundEdit["seen"][string];

/**
 * The edit without what came too late: a result that arrived since the person read the text goes before what they say of that subtask.
 * What they wanted is told; their own keys are taken all the same.
 *
 * @param seen `undefined`: it is about the task as it is now
 */
export function withoutOvertaken(
  draft: Draft,
  edit: TaskEdit,
  seen: FoundEdit["seen"] | undefined,
): TaskEdit {
  if (seen === undefined || edit.subtasks === undefined) return edit;
  const subtasks: Record<string, SubtaskEdit | null> = {};
  for (const [id, wanted] of Object.entries(edit.subtasks)) {
    const now = draft.nodes.get(id);
    const why = overtaken(id, wanted, seen[id], now);
    if (why === undefined) {
      subtasks[id] = wanted;
      continue;
    }
    draft.noteNotTaken([`${id}: ${why}; not taken: ${wordsOf(id, wanted)}`]);
    if (wanted?.own !== undefined && now !== undefined) subtasks[id] = { own: wanted.own };
  }
  return { ...edit, subtasks };
}

/** @returns what came in between, if anything did that settles it */
function overtaken(
  id: string,
  wanted: SubtaskEdit | null,
  seen: Seen | undefined,
  now: Readonly<Subtask> | undefined,
): string | undefined {
  if (seen === undefined) return now === undefined ? undefined : "the plan has a subtask of that name by now";
  if (now === undefined) return wanted === null ? undefined : `there is no ${id} any more`;
  const wasOpen = seen.status === "pending" || seen.status === "dispatched";
  if (now.status === "done" && (wasOpen || seen.attempt !== now.attempt))
    return "it is done meanwhile, and that holds";
  const again = seen.attempt !== now.attempt && (now.status === "dispatched" || now.status === "pending");
  const asksAgain =
    wanted?.status === "pending" || (wanted?.results !== undefined && wanted.status !== "done");
  return again && asksAgain ? "it is being done again already" : undefined;
}

function wordsOf(id: string, wanted: SubtaskEdit | null): string {
  const words = describeEdit({ subtasks: { [id]: wanted } }).join("; ");
  return wanted?.results === undefined ? words : `${words}: ${wanted.results}`;
}
