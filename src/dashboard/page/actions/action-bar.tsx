import { useState } from "preact/hooks";
import type { ShownTask } from "../../api-types.ts";
import { ActionDialog, needsDialog } from "./action-dialog.tsx";
import { saidOf, wordsOf } from "./action-words.ts";
import { type ActionKind, offeredActions } from "./offered.ts";
import { performOrTell } from "./perform.ts";
import { subjectOf } from "./subject.ts";
import { toAct } from "./to-act.ts";

interface ActionBarProps {
  /** As `show TASK` has it. */
  shown: ShownTask;
  /** One of its subtasks; without it the task as a whole. */
  subtask?: string | undefined;
  /** Actions that are offered elsewhere beside it, such as those of a `Decision`. */
  without?: readonly ActionKind[];
}

/** Buttons for what a person can do to a task, or one of its subtasks, where it stands now. */
export function ActionBar({ shown, subtask, without = [] }: ActionBarProps) {
  const [open, setOpen] = useState<ActionKind>();
  const subject = subjectOf(shown, subtask);
  const offered = offeredActions(subject).filter((kind) => !without.includes(kind));
  if (offered.length === 0 && open === undefined) return null;
  return (
    <div class="action-bar">
      {offered.map((kind) => (
        <button
          key={kind}
          type="button"
          class={wordsOf(kind).ends === true ? "ends" : undefined}
          onClick={() =>
            needsDialog(kind)
              ? setOpen(kind)
              : void performOrTell(toAct(kind, subject), saidOf(kind, subject))
          }
        >
          {wordsOf(kind).label}
          {needsDialog(kind) ? " …" : ""}
        </button>
      ))}
      {open === undefined ? null : (
        <ActionDialog kind={open} subject={subject} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}
