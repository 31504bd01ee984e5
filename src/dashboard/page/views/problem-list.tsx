import type { Status } from "../../api-types.ts";
import { MoreList } from "../parts/more-list.tsx";
import { ProblemCard } from "./problem-card.tsx";

/** So many are open from the start: each asks for its task. */
const OPEN = 5;

/** In the order of `clawflow status`. Whatever else comes or goes, one that stays keeps what was written into it. */
export function ProblemList({ status, level = 2 }: { status: Status; level?: 2 | 3 }) {
  const titles = new Map(
    [...status.running, ...status.finished].map(({ agent, task_id, title }) => [
      `${agent} ${task_id}`,
      title,
    ]),
  );
  return (
    <MoreList items={status.problems} most={20} one="thing">
      {(shown) => (
        <ul class="problems">
          {shown.map((problem, at) => {
            const { kind, agent, task_id = "", subtask = "", file = "" } = problem;
            return (
              <li key={[kind, agent, task_id, subtask, file].join(" ")}>
                <ProblemCard
                  problem={problem}
                  title={titles.get(`${agent} ${task_id}`)}
                  level={level}
                  isOpen={at < OPEN}
                />
              </li>
            );
          })}
        </ul>
      )}
    </MoreList>
  );
}
