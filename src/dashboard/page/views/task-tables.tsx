import type { Status } from "../../api-types.ts";
import { Ago, Duration } from "../parts/ago.tsx";
import { CutText } from "../parts/cut-text.tsx";
import { countText } from "../parts/format.ts";
import { MoreList } from "../parts/more-list.tsx";
import { Progress } from "../parts/progress.tsx";
import { Standing } from "../parts/standing.tsx";
import { StatusBadge, StatusSign } from "../parts/status-badge.tsx";
import { AgentLink, TaskLink } from "../parts/task-link.tsx";

export type TaskLine = Status["running"][number];

/** Jobs that people gave first; what works for them below, to be opened. */
export function RunningTasks({ tasks }: { tasks: readonly TaskLine[] }) {
  const jobs = tasks.filter(({ depth }) => depth === 0);
  const below = tasks.filter(({ depth }) => depth > 0);
  return (
    <>
      {jobs.length > 0 ? <OpenTasks tasks={jobs} caption="Jobs under way" /> : null}
      {below.length > 0 ? (
        <details open={jobs.length === 0}>
          <summary>{countText(below.length, "task")} of agents for them</summary>
          <OpenTasks tasks={below} caption="Tasks of agents under way" />
        </details>
      ) : null}
    </>
  );
}

export function OpenTasks({ tasks, caption }: { tasks: readonly TaskLine[]; caption: string }) {
  return (
    <MoreList items={tasks} most={20} one="task">
      {(shown) => (
        <table class="tasks">
          <caption class="sr">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Agent</th>
              <th scope="col">Where it stands</th>
              <th scope="col">Subtasks</th>
              <th scope="col">Time</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((task) => (
              <tr key={`${task.agent} ${task.task_id}`}>
                <th scope="row">
                  <TaskLink agent={task.agent} task={task.task_id} title={task.title} />
                </th>
                <td>
                  <AgentLink agent={task.agent} />
                </td>
                <td>
                  <StatusSign status={task.status} standing={task.standing} />{" "}
                  <Standing standing={task.standing} />
                </td>
                <td>
                  <Progress subtasks={task.subtasks} />
                </td>
                <td class="time" data-label="Time">
                  <Duration from={task.created_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </MoreList>
  );
}

export function FinishedTasks({ tasks, one = "job" }: { tasks: readonly TaskLine[]; one?: "job" | "task" }) {
  return (
    <MoreList items={tasks} most={10} one={one}>
      {(shown) => (
        <table class="tasks">
          <caption class="sr">{one === "job" ? "Jobs" : "Tasks"} that were finished</caption>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Agent</th>
              <th scope="col">How it ended</th>
              <th scope="col">When</th>
              <th scope="col">Took</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ agent, task_id, title, status, error, created_at, finished_at }) => (
              <tr key={`${agent} ${task_id}`}>
                <th scope="row">
                  <TaskLink agent={agent} task={task_id} title={title} />
                </th>
                <td>
                  <AgentLink agent={agent} />
                </td>
                <td>
                  <StatusBadge status={status} />
                  {error === undefined ? null : (
                    <span class="what" dir="auto">
                      {" "}
                      <CutText text={error} most={200} />
                    </span>
                  )}
                </td>
                <td class="time">{finished_at === undefined ? null : <Ago time={finished_at} />}</td>
                <td class="time" data-label="Took">
                  <Duration from={created_at} to={finished_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </MoreList>
  );
}
