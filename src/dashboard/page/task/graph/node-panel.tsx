import type { ShownTask, Tree } from "../../../api-types.ts";
import { ActionBar } from "../../actions/action-bar.tsx";
import { lookUrl } from "../../api.ts";
import { useLook } from "../../live.ts";
import { Ago, Duration } from "../../parts/ago.tsx";
import { Amounts } from "../../parts/amounts.tsx";
import { shortText } from "../../parts/format.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { AgentLink, TaskLink } from "../../parts/task-link.tsx";
import { shortStanding } from "../short-standing.ts";
import { type GraphNode, nodeAbove } from "./graph-model.ts";

interface NodePanelProps {
  tree: Tree;
  node: GraphNode;
  onClose(): void;
  onToggle(key: string): void;
}

/** The facts of the task that was chosen in the drawing, and what can be done about it. */
export function NodePanel({ tree, node: { key, node, below, isOpen }, onClose, onToggle }: NodePanelProps) {
  const { agent, task_id, subtask, title, status, standing, attempt, depends_on, started_at, finished_at } =
    node;
  const where = shortStanding(standing);
  return (
    <aside class="node-panel" aria-label={`About ${subtask ?? title}`}>
      <button type="button" class="close" aria-label="Close" onClick={onClose}>
        ×
      </button>
      <h2 dir="auto">{title}</h2>
      <p>
        <StatusBadge status={status} standing={standing} />
        {where === "" ? null : ` ${shortText(where, 200)}`}
      </p>
      <dl>
        <dt>Agent</dt>
        <dd>
          <AgentLink agent={agent} />
        </dd>
        {started_at === undefined ? null : (
          <>
            <dt>Begun</dt>
            <dd>
              <Ago time={started_at} />
            </dd>
            <dt>{finished_at === undefined ? "For" : "Took"}</dt>
            <dd>
              <Duration from={started_at} to={finished_at} />
            </dd>
          </>
        )}
        {attempt > 1 ? (
          <>
            <dt>Attempt</dt>
            <dd>{attempt}</dd>
          </>
        ) : null}
        {depends_on.length === 0 ? null : (
          <>
            <dt>After</dt>
            <dd>{depends_on.join(", ")}</dd>
          </>
        )}
      </dl>
      <Amounts used={node.used} />
      {node.error === undefined ? null : (
        <p class="task-error" dir="auto">
          {shortText(node.error, 2_000)}
        </p>
      )}
      {node.summary === undefined ? null : (
        <p class="said" dir="auto">
          {shortText(node.summary, 2_000)}
        </p>
      )}
      {task_id === undefined ? null : (
        <p>
          <TaskLink agent={agent} task={task_id} title="Look at it" />
        </p>
      )}
      {below === 0 ? null : (
        <button type="button" onClick={() => onToggle(key)}>
          {isOpen ? "Close what is below" : `Open what is below (${below})`}
        </button>
      )}
      <NodeActions above={nodeAbove(tree, key)} node={node} />
    </aside>
  );
}

/** A subtask is its giver's to steer; the job itself, that of whoever has it. */
function NodeActions({ above, node }: { above: Tree | undefined; node: Tree }) {
  const { agent, task_id: task } = above ?? node;
  const url = task === undefined ? undefined : lookUrl("show", [task], { agent });
  const shown = useLook<ShownTask>(url).value;
  if (shown === undefined) return null;
  return <ActionBar shown={shown} subtask={above === undefined ? undefined : node.subtask} />;
}
