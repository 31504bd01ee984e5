import type { Inbox, Status } from "../../api-types.ts";
import { lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { Empty, Loading } from "../parts/empty.tsx";
import { ErrorBox } from "../parts/error-box.tsx";
import { useStatus } from "../parts/status-context.ts";
import { useTitle } from "../parts/title.ts";
import { formatRoute } from "../route.ts";
import { agentLines } from "./agent-lines.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { LetterTable } from "./letter-table.tsx";
import { ProblemList } from "./problem-list.tsx";
import { FinishedTasks, OpenTasks } from "./task-tables.tsx";

/** An agent: what it does now, its queue, what it did, the folders of its mailbox. */
export function AgentView({ agent }: { agent: string }) {
  useTitle(agent);
  return (
    <>
      <h1>{agent}</h1>
      <AgentHost agent={agent} />
      <Work agent={agent} />
      <Mail agent={agent} />
    </>
  );
}

function AgentHost({ agent }: { agent: string }) {
  const { value } = useStatus();
  const line = value === undefined ? undefined : agentLines(value).find((one) => one.agent === agent);
  return (
    <p>
      {line === undefined ? "" : `Run by ${line.host}. `}
      <a href={formatRoute({ view: "give", agent })}>Give it work</a> ·{" "}
      <a href={formatRoute({ view: "agents" })}>All agents</a>
    </p>
  );
}

function Work({ agent }: { agent: string }) {
  const { value: status, error, again } = useLook<Status>(lookUrl("status", [], { agent }));
  if (status === undefined)
    return error === undefined ? <Loading /> : <ErrorBox error={error} again={again} />;
  const { running, finished } = status;
  // Dead letters have a list of their own below.
  const problems = status.problems.filter(({ kind }) => kind !== "dead");
  return (
    <>
      {problems.length === 0 ? null : (
        <section aria-labelledby="needs">
          <h2 id="needs">Needs you</h2>
          <ProblemList status={{ ...status, problems }} level={3} />
        </section>
      )}
      <section aria-labelledby="now">
        <h2 id="now">What it does now</h2>
        {running.length === 0 ? (
          <Empty>Nothing is under way.</Empty>
        ) : (
          <OpenTasks tasks={running} caption={`Tasks of ${agent} under way`} />
        )}
      </section>
      {finished.length === 0 ? null : (
        <section aria-labelledby="finished">
          <h2 id="finished">What it finished within a day</h2>
          <FinishedTasks tasks={finished} one="task" />
        </section>
      )}
    </>
  );
}

function Mail({ agent }: { agent: string }) {
  const { value: inbox, error, again } = useLook<Inbox>(lookUrl("inbox", [agent]));
  if (inbox === undefined)
    return error === undefined ? <Loading /> : <ErrorBox error={error} again={again} />;
  const { waiting, handled, dead } = inbox;
  return (
    <>
      <section aria-labelledby="queue">
        <h2 id="queue">Queue ({waiting.length})</h2>
        {waiting.length === 0 ? (
          <Empty>Its inbox is empty.</Empty>
        ) : (
          <LetterTable agent={agent} letters={waiting} caption="Messages that wait, the first first" />
        )}
      </section>
      {dead === 0 ? null : <DeadLetters agent={agent} />}
      <section aria-labelledby="handled">
        <h2 id="handled">What it handled last</h2>
        {handled.length === 0 ? (
          <Empty>Nothing yet.</Empty>
        ) : (
          <LetterTable
            agent={agent}
            letters={handled.toReversed()}
            caption="Messages that were handled, the last first"
          />
        )}
      </section>
    </>
  );
}
