import { useState } from "preact/hooks";
import type { ShownTask, Status } from "../../api-types.ts";
import { ActionBar } from "../actions/action-bar.tsx";
import { DECIDED_HERE, Decision } from "../actions/decision.tsx";
import { lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { Ago } from "../parts/ago.tsx";
import { CommandLine } from "../parts/command-line.tsx";
import { CutText } from "../parts/cut-text.tsx";
import { Loading } from "../parts/empty.tsx";
import { ErrorBox } from "../parts/error-box.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { AgentLink, TaskLink } from "../parts/task-link.tsx";
import { formatRoute } from "../route.ts";
import { Remedy } from "./remedy.tsx";

export type Problem = Status["problems"][number];

interface ProblemCardProps {
  problem: Problem;
  /** Of its task. */
  title: string | undefined;
  level: 2 | 3;
  /** What is to be decided is shown from the start. */
  isOpen: boolean;
}

/** Something that needs a person: what, of whom, since when; with the means to do something about it. */
export function ProblemCard({ problem, title, level, isOpen }: ProblemCardProps) {
  const { kind, agent, task_id, subtask, text, since, command } = problem;
  const Heading = level === 2 ? "h2" : "h3";
  const isTurn = kind === "approval" || kind === "answer" || kind === "person";
  return (
    <article class={`problem problem-${kind}`}>
      <header>
        <StatusBadge status={kind} />
        <Heading dir="auto">
          {task_id === undefined ? (
            <AgentLink agent={agent} />
          ) : (
            <TaskLink agent={agent} task={task_id} title={title} />
          )}
          {subtask === undefined ? null : <span class="quiet"> / {subtask}</span>}
        </Heading>
        <span class="quiet">
          {task_id === undefined ? null : <AgentLink agent={agent} />}
          {since === undefined ? null : (
            <>
              {" "}
              · <Ago time={since} />
            </>
          )}
        </span>
      </header>
      {isTurn ? null : (
        <p class="what" dir="auto">
          <CutText text={text} />
        </p>
      )}
      {isTurn && task_id !== undefined ? (
        <Turn agent={agent} task={task_id} subtask={subtask} isOpen={isOpen} text={text} level={level} />
      ) : (
        <Remedy problem={problem} />
      )}
      <footer>
        {kind === "edit" && task_id !== undefined ? (
          <a href={formatRoute({ view: "task", agent, task: task_id, tab: "file" })}>Open task.md</a>
        ) : null}
        {command === undefined ? null : (
          <span class="quiet">
            In a terminal: <CommandLine command={command} />
          </span>
        )}
      </footer>
    </article>
  );
}

interface TurnProps {
  agent: string;
  task: string;
  subtask: string | undefined;
  isOpen: boolean;
  text: string;
  level: number;
}

function Turn({ agent, task, subtask, isOpen, text, level }: TurnProps) {
  const [open, setOpen] = useState(isOpen);
  if (open) return <OpenTurn agent={agent} task={task} subtask={subtask} level={level} />;
  return (
    <>
      <p class="what" dir="auto">
        <CutText text={text} />
      </p>
      <button type="button" onClick={() => setOpen(true)}>
        Look at it
      </button>
    </>
  );
}

/** The plan, script or question itself, with what can be said to it. */
function OpenTurn({ agent, task, subtask, level }: Pick<TurnProps, "agent" | "task" | "subtask" | "level">) {
  const { value: shown, error, again } = useLook<ShownTask>(lookUrl("show", [task], { agent }), 1000);
  if (shown === undefined)
    return error === undefined ? <Loading /> : <ErrorBox error={error} again={again} />;
  return (
    <>
      <Decision shown={shown} subtask={subtask} level={level} />
      <details class="more">
        <summary>Something else</summary>
        <ActionBar shown={shown} subtask={subtask} without={DECIDED_HERE} />
      </details>
    </>
  );
}
