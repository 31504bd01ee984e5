import type { ShownTask, TaskStatus } from "../../api-types.ts";
import { ActionBar } from "../actions/action-bar.tsx";
import { DECIDED_HERE } from "../actions/decision.tsx";
import { isOver } from "../actions/subject.ts";
import { downloadUrl, lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { Ago, Duration } from "../parts/ago.tsx";
import { Amounts } from "../parts/amounts.tsx";
import { durationText } from "../parts/format.ts";
import { StatusBadge } from "../parts/status-badge.tsx";
import { AgentLink } from "../parts/task-link.tsx";
import { PathUp } from "./path-up.tsx";
import { shortStanding } from "./short-standing.ts";
import { WhyLines } from "./why-lines.tsx";

/** What a task is, how it stands, why it waits, what can be done about it, what it cost. */
export function TaskHead({ shown }: { shown: ShownTask }) {
  const { agent, task_id, title, status, standing, created_at, finished_at, error, waiting } = shown;
  const means = useLook<TaskStatus>(lookUrl("status", [task_id], { agent })).value;
  const isOpen = !isOver(status);
  return (
    <header class="task-head">
      <PathUp shown={shown} />
      <h1 dir="auto">{title || task_id}</h1>
      <p class="task-facts">
        <StatusBadge status={status} standing={standing} /> <AgentLink agent={agent} />
        <span>{isOpen ? "" : shortStanding(standing)}</span>
        <span>
          begun <Ago time={created_at} />
        </span>
        <span>
          {isOpen ? "for " : "took "}
          <Duration from={created_at} to={finished_at} />
        </span>
        <code class="quiet">{task_id}</code>
      </p>
      {error === undefined ? null : (
        <p class="task-error" dir="auto">
          {error}
        </p>
      )}
      {isOpen ? <WhyLines agent={agent} task={task_id} /> : null}
      <ActionBar shown={shown} without={waiting === undefined ? [] : DECIDED_HERE} />
      {means === undefined ? null : (
        <>
          <Amounts used={means.spent} granted={means.budget} left={means.left} />
          {means.time_left === undefined || !isOpen ? null : (
            <p class="quiet">Its deadline is in {durationText(means.time_left)}.</p>
          )}
        </>
      )}
      <p class="downloads">
        Download: {isOpen ? null : <a href={downloadUrl("answer", agent, task_id)}>the answer</a>}
        <a href={downloadUrl("report", agent, task_id)}>{isOpen ? "the report so far" : "the report"}</a>
        <a href={downloadUrl("run", agent, task_id)}>everything, as a zip</a>
      </p>
    </header>
  );
}
