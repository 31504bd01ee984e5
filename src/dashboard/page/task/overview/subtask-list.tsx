import { useState } from "preact/hooks";
import { faultOf } from "../../../../view/fault-of.ts";
import type { ShownTask, Tree } from "../../../api-types.ts";
import { ActionBar } from "../../actions/action-bar.tsx";
import { Duration } from "../../parts/ago.tsx";
import { countText, numberText } from "../../parts/format.ts";
import { Markdown } from "../../parts/markdown.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { AgentLink, TaskLink } from "../../parts/task-link.tsx";
import { shortStanding } from "../short-standing.ts";

type Row = ShownTask["subtasks"][number];

/** A page of a long plan. */
const FIRST = 60;

/** The plan, step by step: who has each, how it stands, what came of it. */
export function SubtaskList({ shown, tree }: { shown: ShownTask; tree: Tree | undefined }) {
  const [most, setMost] = useState(FIRST);
  const { subtasks } = shown;
  const nodes = new Map(tree?.children.map((node) => [node.subtask, node]));
  const done = subtasks.filter(({ status, call }) => status === "done" && call?.unfit === undefined).length;
  return (
    <section>
      <h2>
        {countText(subtasks.length, "subtask")}, {numberText(done)} done
      </h2>
      <ul class="subtasks">
        {subtasks.slice(0, most).map((row) => (
          <SubtaskRow key={row.subtask} shown={shown} row={row} node={nodes.get(row.subtask)} />
        ))}
      </ul>
      {subtasks.length > most ? (
        <button type="button" onClick={() => setMost(Number.POSITIVE_INFINITY)}>
          Show {countText(subtasks.length - most, "more subtask")}
        </button>
      ) : null}
    </section>
  );
}

function SubtaskRow({ shown, row, node }: { shown: ShownTask; row: Row; node: Tree | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const { subtask, agent, status, attempt, depends_on, used, result_summary, results } = row;
  const error = faultOf(row);
  const standing = node === undefined ? "" : shortStanding(node.standing);
  const more = `more-${subtask}`;
  return (
    <li>
      <div class="subtask-line">
        <StatusBadge status={status} standing={node?.standing} />
        <span class="subtask-name">
          {node?.task_id === undefined ? (
            <span dir="auto">{row.description || subtask}</span>
          ) : (
            <TaskLink agent={node.agent} task={node.task_id} title={node.title} />
          )}{" "}
          <code class="quiet">{subtask}</code>
        </span>
        <span>
          {agent === "self" ? <span class="agent">{shown.agent} itself</span> : <AgentLink agent={agent} />}
        </span>
        <span class="quiet">
          <Duration from={row.dispatched_at} to={row.finished_at} />
        </span>
        <button type="button" aria-expanded={isOpen} aria-controls={more} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Less" : "More"}
          <span class="sr"> about {subtask}</span>
        </button>
      </div>
      <p class="subtask-facts">
        {standing === "" ? null : <span>{standing}</span>}
        {attempt > 1 ? <span>attempt {attempt}</span> : null}
        {depends_on.length === 0 ? null : <span>after {depends_on.join(", ")}</span>}
        {used?.tokens === undefined ? null : <span>{countText(used.tokens, "token")}</span>}
        {used?.usd === undefined ? null : <span>{numberText(used.usd)} usd</span>}
      </p>
      {error === undefined ? null : (
        <p class="task-error" dir="auto">
          {error}
        </p>
      )}
      {result_summary === undefined || isOpen ? null : (
        <p class="subtask-summary" dir="auto">
          {result_summary}
        </p>
      )}
      {isOpen ? (
        <div id={more} class="subtask-more">
          <ActionBar shown={shown} subtask={subtask} />
          <MoreText name="Instructions" text={row.instructions} />
          <MoreText name="Context" text={row.context} />
          <MoreText name="What is expected" text={row.expected_output} />
          <MoreText name="Result" text={results} isOpen />
        </div>
      ) : null}
    </li>
  );
}

function MoreText({
  name,
  text = "",
  isOpen = false,
}: {
  name: string;
  text?: string | undefined;
  isOpen?: boolean;
}) {
  if (text.trim() === "") return null;
  return (
    <details open={isOpen}>
      <summary>{name}</summary>
      <Markdown text={text} level={3} />
    </details>
  );
}
