import type { ShownTask } from "../../../api-types.ts";
import { Decision } from "../../actions/decision.tsx";
import { lookUrl } from "../../api.ts";
import { useLook } from "../../live.ts";
import { countText } from "../../parts/format.ts";
import { TaskLink } from "../../parts/task-link.tsx";
import type { Turn } from "./turns.ts";

/** So many can be decided at once; the rest when these are. */
const MOST = 5;

/** What is a person's turn in this job, whoever asks, and the means to decide it. */
export function TurnList({ turns }: { turns: readonly Turn[] }) {
  return (
    <>
      {turns.slice(0, MOST).map((turn) => (
        <TurnBox key={`${turn.agent}/${turn.task_id}/${turn.subtask}`} turn={turn} />
      ))}
      {turns.length > MOST ? <p>{countText(turns.length - MOST, "more decision")} after these.</p> : null}
    </>
  );
}

function TurnBox({ turn: { agent, task_id, subtask } }: { turn: Turn }) {
  const shown = useLook<ShownTask>(lookUrl("show", [task_id], { agent })).value;
  if (shown === undefined) return null;
  return (
    <section class="turn">
      <h2>
        It is your turn: {agent} {shown.waiting?.for === "approval" ? "has a plan" : "asks"}
      </h2>
      <p class="quiet">
        <TaskLink agent={agent} task={task_id} title={shown.title} />
        {subtask === undefined ? "" : ` / ${subtask}`}
      </p>
      <Decision shown={shown} subtask={subtask} />
    </section>
  );
}
