import { useState } from "preact/hooks";
import type { Calls } from "../../../api-types.ts";
import { lookUrl } from "../../api.ts";
import { useLook } from "../../live.ts";
import { Ago } from "../../parts/ago.tsx";
import { countText, durationText, numberText } from "../../parts/format.ts";
import { LongText } from "../../parts/long-text.tsx";

const KINDS: Record<NonNullable<Calls["calls"][number]["kind"]>, string> = {
  consider: "what to do",
  subtask: "a subtask of its own",
  synthesise: "one answer of the results",
  script: "its program",
};

/** How often this agent's brain was asked, how long it took, what it cost and how it ended. */
export function CallsList({ agent, task, count }: { agent: string; task: string; count: number }) {
  const [isOpen, setOpen] = useState(false);
  const calls = useLook<Calls>(isOpen ? lookUrl("calls", [task], { agent }) : undefined).value?.calls ?? [];
  if (count === 0) return null;
  return (
    <details class="text-section" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{countText(count, "question")} to its brain</summary>
      <ul class="facts-list">
        {calls.map(({ call, kind, outcome, duration, ended_at, used, error, stderr, taken }) => (
          <li key={call}>
            <strong>{outcome}</strong> {kind === undefined ? "" : `on ${KINDS[kind]}`} in{" "}
            {durationText(duration)}
            {taken ? "" : ", too late to be taken"}{" "}
            <span class="quiet">
              <Ago time={ended_at} />
              {used?.tokens === undefined ? "" : `, ${countText(used.tokens, "token")}`}
              {used?.usd === undefined ? "" : `, ${numberText(used.usd)} usd`}
            </span>
            {error === undefined ? null : <div class="task-error">{error}</div>}
            {stderr === undefined || stderr === "" ? null : (
              <details>
                <summary>What it wrote beside its answer</summary>
                <LongText text={stderr} />
              </details>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
