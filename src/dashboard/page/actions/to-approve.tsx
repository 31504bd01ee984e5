import type { ShownTask } from "../../api-types.ts";
import { Amounts } from "../parts/amounts.tsx";
import { countText } from "../parts/format.ts";
import { LongText } from "../parts/long-text.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { AgentLink } from "../parts/task-link.tsx";

/** The plan that waits for a person: each step, whom it is for, after what, and with what words. */
export function PlanToApprove({ shown, level }: { shown: ShownTask; level: number }) {
  const { subtasks, policy, budget } = shown;
  return (
    <div class="to-approve">
      <p>
        A plan of {countText(subtasks.length, "subtask")}
        {policy.on_failure === "continue" ? "; it goes on where one fails" : "; it ends where one fails"}
        {policy.max_attempts > 1 ? `; up to ${policy.max_attempts} attempts each` : ""}.
      </p>
      <Amounts granted={budget} />
      <ol class="plan">
        {subtasks.map((step) => (
          <li key={step.subtask}>
            <strong>{step.subtask}</strong> for <AgentLink agent={step.agent} />
            {step.depends_on.length === 0 ? null : (
              <span class="quiet"> after {step.depends_on.join(", ")}</span>
            )}
            {step.timeout === undefined ? null : <span class="quiet"> within {step.timeout}</span>}
            {step.description === "" ? null : <div dir="auto">{step.description}</div>}
            <Amounts granted={step.budget} />
            <PlanText name="Instructions" text={step.instructions} level={level} />
            <PlanText name="Context" text={step.context} level={level} />
            <PlanText name="What is expected" text={step.expected_output} level={level} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function PlanText({ name, text = "", level }: { name: string; text: string | undefined; level: number }) {
  if (text.trim() === "") return null;
  return (
    <details open={text.length < 600}>
      <summary>{name}</summary>
      <Markdown text={text} level={level} />
    </details>
  );
}

/** The program that waits for a person, whole, with everything that an approval is of. */
export function ScriptToApprove({ shown }: { shown: ShownTask }) {
  const { script, budget, text } = shown;
  return (
    <div class="to-approve">
      <p>
        A workflow script{script?.name === undefined ? "" : ` (${script.name})`}. It may give work to{" "}
        {script?.agents?.join(", ") || "the agents that this one may give work to"}
        {script?.concurrency === undefined ? "" : `, ${script.concurrency} at a time`}.
      </p>
      <Amounts granted={budget} />
      {script?.args === undefined ? null : (
        <details open={script.args.length < 600}>
          <summary>Arguments</summary>
          <LongText text={script.args} />
        </details>
      )}
      <details open>
        <summary>Program, {countText(text.instructions.trimEnd().split("\n").length, "line")}</summary>
        <LongText text={text.instructions} />
      </details>
    </div>
  );
}
