import type { Status } from "../../api-types.ts";
import { CommandLine } from "../parts/command-line.tsx";
import { Loading } from "../parts/empty.tsx";
import { ErrorBox } from "../parts/error-box.tsx";
import { countText } from "../parts/format.ts";
import { useStatus } from "../parts/status-context.ts";
import { AgentLink } from "../parts/task-link.tsx";
import { useTitle } from "../parts/title.ts";
import { formatRoute } from "../route.ts";
import { Hosts } from "./hosts.tsx";
import { ProblemList } from "./problem-list.tsx";
import { StuckList } from "./stuck-list.tsx";
import { FinishedTasks, RunningTasks } from "./task-tables.tsx";

/** What needs a person; then what is stuck, what runs, what was finished lately. */
export function HomeView() {
  const { value: status, error, again } = useStatus();
  useTitle("What needs you");
  return (
    <>
      <h1>What needs you</h1>
      {error === undefined ? null : <ErrorBox error={error} again={again} />}
      {status === undefined ? error === undefined ? <Loading /> : null : <Home status={status} />}
    </>
  );
}

function Home({ status }: { status: Status }) {
  const { problems, waiting, running, finished, hosts } = status;
  const isQuiet = problems.length === 0;
  const isNew = isQuiet && running.length === 0 && finished.length === 0 && waiting.length === 0;
  return (
    <>
      <Hosts hosts={hosts} hasWork={running.length > 0 || waiting.length > 0} />
      {isQuiet ? <Calm isNew={isNew} isRunning={running.length > 0} /> : <ProblemList status={status} />}
      {running.length > 0 ? <StuckList status={status} /> : null}
      {waiting.length > 0 ? <Inboxes waiting={waiting} /> : null}
      {running.length > 0 ? (
        <section aria-labelledby="running">
          <h2 id="running">Running</h2>
          <RunningTasks tasks={running} />
        </section>
      ) : null}
      {finished.length > 0 ? (
        <section aria-labelledby="finished">
          <h2 id="finished">Finished within a day</h2>
          <FinishedTasks tasks={finished} />
        </section>
      ) : null}
    </>
  );
}

function Calm({ isNew, isRunning }: { isNew: boolean; isRunning: boolean }) {
  if (!isNew)
    return (
      <p class="calm">
        <span aria-hidden="true">✓</span> Nothing needs you{isRunning ? "; work goes on." : "."}
      </p>
    );
  return (
    <div class="calm">
      <p>Nothing is going on, and nothing was finished within a day.</p>
      <p>
        To begin, <a href={formatRoute({ view: "give" })}>give an agent something to do</a>, or in a terminal:
      </p>
      <p>
        <CommandLine command={'clawflow run "Compare the two drafts"'} />
      </p>
    </div>
  );
}

function Inboxes({ waiting }: { waiting: Status["waiting"] }) {
  return (
    <section aria-labelledby="inboxes">
      <h2 id="inboxes">In the inbox, not yet handled</h2>
      <ul class="inline-list">
        {waiting.map(({ agent, messages }) => (
          <li key={agent}>
            <AgentLink agent={agent} /> {countText(messages, "message")}
          </li>
        ))}
      </ul>
    </section>
  );
}
