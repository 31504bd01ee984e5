import type { Report, ShownTask, Tree } from "../../../api-types.ts";
import { lookUrl } from "../../api.ts";
import { useLook } from "../../live.ts";
import { LongText } from "../../parts/long-text.tsx";
import { Markdown } from "../../parts/markdown.tsx";
import { useStatus } from "../../parts/status-context.ts";
import { CallsList } from "./calls-list.tsx";
import { DecisionsList } from "./decisions-list.tsx";
import { NextList } from "./next-list.tsx";
import { SubtaskList } from "./subtask-list.tsx";
import { TimeList } from "./time-list.tsx";
import { TroublesList } from "./troubles-list.tsx";
import { TurnList } from "./turn-list.tsx";
import { turnsOf } from "./turns.ts";

/** What was asked, what came of it, and by which steps. */
export function OverviewView({ shown, tree }: { shown: ShownTask; tree: Tree | undefined }) {
  const { agent, task_id, text, script, subtasks } = shown;
  const report = useLook<Report>(lookUrl("report", [task_id], { agent })).value;
  const problems = useStatus().value?.problems ?? [];
  const turns = tree === undefined ? [] : turnsOf(tree, problems);
  return (
    <>
      <TurnList turns={turns} />
      {text.output === "" ? null : <TextSection name="Result" text={text.output} isOpen />}
      {text.partial === "" ? null : <TextSection name="Partial results" text={text.partial} isOpen />}
      {turns.length === 0 ? <NextList next={report?.next ?? []} /> : null}
      <TimeList report={report} />
      {subtasks.length === 0 ? null : <SubtaskList shown={shown} tree={tree} />}
      <TroublesList troubles={report?.troubles ?? []} />
      <section>
        <h2>What was asked</h2>
        {script === undefined ? (
          <TextSection
            name="Instructions"
            text={text.instructions}
            isOpen={text.instructions.length < 2_000}
          />
        ) : (
          <details>
            <summary>Program{script.name === undefined ? "" : `: ${script.name}`}</summary>
            <LongText text={text.instructions} />
          </details>
        )}
        <TextSection name="Context" text={text.context} />
        <TextSection name="What is expected" text={text.expected_output} />
        <TextSection name="Notes" text={text.notes} />
      </section>
      <DecisionsList decisions={report?.decisions ?? []} />
      <CallsList agent={agent} task={task_id} count={shown.calls} />
    </>
  );
}

function TextSection({ name, text, isOpen = false }: { name: string; text: string; isOpen?: boolean }) {
  if (text.trim() === "") return null;
  return (
    <details class="text-section" open={isOpen}>
      <summary>{name}</summary>
      <Markdown text={text} />
    </details>
  );
}
