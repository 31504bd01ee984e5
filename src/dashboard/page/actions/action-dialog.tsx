import { Dialog } from "../parts/dialog.tsx";
import { ActForm } from "./act-form.tsx";
import { helpOf, saidOf, wordsOf } from "./action-words.ts";
import { AgentField, LongField, TextField } from "./fields.tsx";
import type { ActionKind } from "./offered.ts";
import { nameOf, type Subject } from "./subject.ts";
import { toAct } from "./to-act.ts";

interface ActionDialogProps {
  kind: ActionKind;
  subject: Subject;
  onClose(): void;
}

/** What an action needs to be told; and before what cannot be undone, that it cannot. */
export function ActionDialog({ kind, subject, onClose }: ActionDialogProps) {
  const { label, ends = false } = wordsOf(kind);
  const help = helpOf(kind, subject);
  return (
    <Dialog title={`${label}: ${nameOf(subject)}`} onClose={onClose}>
      {help === undefined ? null : <p>{help}</p>}
      <ActForm
        request={(values) => toAct(kind, subject, values)}
        said={saidOf(kind, subject)}
        action={label}
        isDanger={ends}
        onDone={onClose}
        others={
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        }
      >
        <Fields kind={kind} subject={subject} />
      </ActForm>
    </Dialog>
  );
}

/** Actions that need to be told nothing are done at once. */
export function needsDialog(kind: ActionKind): boolean {
  return kind !== "pause" && kind !== "resume" && kind !== "retry";
}

function Fields({ kind, subject }: { kind: ActionKind; subject: Subject }) {
  switch (kind) {
    case "approve":
      return <LongField name="text" label="Remark" hint="May be left out." rows={2} />;
    case "reject":
    case "cancel":
      return <LongField name="text" label="Why" hint="May be left out." rows={3} />;
    case "fail":
      return <LongField name="text" label="Why" required rows={3} />;
    case "answer":
      return <LongField name="text" label="Your answer" required />;
    case "result":
      return <LongField name="text" label="Result" hint="As Markdown." required rows={8} />;
    case "reassign":
      return <AgentField name="agent" label="Agent" required />;
    case "add":
      return <AddFields siblings={subject.siblings} />;
    case "limits":
      return <LimitFields subject={subject} />;
    default:
      return null;
  }
}

function AddFields({ siblings }: { siblings: readonly string[] }) {
  const hint = siblings.length === 0 ? "Of other subtasks." : `Of ${siblings.slice(0, 8).join(", ")}`;
  return (
    <>
      <TextField name="id" label="Name" hint="Such as check-figures." required />
      <AgentField name="agent" label="Agent" required />
      <TextField name="description" label="What it is, in a line" required />
      <LongField name="instructions" label="Instructions" hint="May be left out." />
      <TextField name="after" label="After" hint={`${hint}; with commas between. May be left out.`} />
    </>
  );
}

function LimitFields({ subject: { budget, subtask } }: { subject: Subject }) {
  const shown = (value: number | undefined) => (value === undefined ? undefined : String(value));
  return (
    <>
      <TextField name="tasks" label="Tasks" value={shown(budget?.tasks)} />
      <TextField name="tokens" label="Tokens" value={shown(budget?.tokens)} />
      <TextField name="usd" label="Money (usd)" value={shown(budget?.usd)} />
      {subtask === undefined ? (
        <TextField name="time" label="Time from now" hint="Like 30m or 2h. Left out: as it is." />
      ) : (
        <TextField name="time" label="Time for an attempt" hint="Like 30m or 2h. Left out: as it is." />
      )}
    </>
  );
}
