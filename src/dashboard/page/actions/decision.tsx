import { useState } from "preact/hooks";
import type { ShownTask } from "../../api-types.ts";
import { Markdown } from "../parts/markdown.tsx";
import { ActForm } from "./act-form.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import { saidOf, wordsOf } from "./action-words.ts";
import { LongField } from "./fields.tsx";
import type { ActionKind } from "./offered.ts";
import { subjectOf } from "./subject.ts";
import { toAct } from "./to-act.ts";
import { PlanToApprove, ScriptToApprove } from "./to-approve.tsx";

interface DecisionProps {
  /** As `show TASK` has it. */
  shown: ShownTask;
  /** One of its subtasks that asked. */
  subtask?: string | undefined;
  /** Of the heading that it stands under. */
  level?: number;
}

/** What a decision offers itself, for `without` of an action bar beside it. */
export const DECIDED_HERE: readonly ActionKind[] = ["approve", "reject", "answer", "fail", "result"];

/** What a task waits for from a person, shown whole, and the means to give it. Nothing where it does not wait for one. */
export function Decision({ shown, subtask, level = 2 }: DecisionProps) {
  const subject = subjectOf(shown, subtask);
  switch (subject.waiting?.for) {
    case "approval":
      return (
        <div class="decision">
          {shown.script === undefined ? (
            <PlanToApprove shown={shown} level={level} />
          ) : (
            <ScriptToApprove shown={shown} />
          )}
          <DecisionForm subject={subject} kind="approve" other="reject">
            <p class="quiet">Nothing of it begins before you agree.</p>
          </DecisionForm>
        </div>
      );
    case "answer":
      return (
        <div class="decision">
          <Markdown text={subject.waiting.text} level={level} />
          <DecisionForm subject={subject} kind="answer">
            <LongField name="text" label="Your answer" rows={2} required />
          </DecisionForm>
        </div>
      );
    case "person":
      return (
        <div class="decision">
          <WhoseWork standing={shown.standing} />
          <Markdown text={shown.text.instructions || subject.waiting.text} level={level} />
          {shown.text.context === "" ? null : (
            <details>
              <summary>Context</summary>
              <Markdown text={shown.text.context} level={level} />
            </details>
          )}
          {shown.text.expected_output === "" ? null : (
            <details open>
              <summary>What is expected</summary>
              <Markdown text={shown.text.expected_output} level={level} />
            </details>
          )}
          <DecisionForm subject={subject} kind="result" other="fail">
            <LongField name="text" label="Your result" rows={4} required />
          </DecisionForm>
        </div>
      );
    default:
      return null;
  }
}

function WhoseWork({ standing }: { standing: ShownTask["standing"] }) {
  if (standing.state !== "waiting" || standing.for === "human") return null;
  return <p class="quiet">{standing.for} is to do it; whoever sends the result from here speaks for them.</p>;
}

interface DecisionFormProps {
  subject: ReturnType<typeof subjectOf>;
  kind: ActionKind;
  /** What else may be said to it. */
  other?: ActionKind;
  children: preact.ComponentChildren;
}

function DecisionForm({ subject, kind, other, children }: DecisionFormProps) {
  const [isOther, setOther] = useState(false);
  return (
    <>
      <ActForm
        request={(values) => toAct(kind, subject, values)}
        said={saidOf(kind, subject)}
        action={kind === "result" ? "Send the result" : wordsOf(kind).label}
        others={
          other === undefined ? null : (
            <button type="button" onClick={() => setOther(true)}>
              {wordsOf(other).label} …
            </button>
          )
        }
      >
        {children}
      </ActForm>
      {isOther && other !== undefined ? (
        <ActionDialog kind={other} subject={subject} onClose={() => setOther(false)} />
      ) : null}
    </>
  );
}
