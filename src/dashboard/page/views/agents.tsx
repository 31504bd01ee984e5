import { Empty, Loading } from "../parts/empty.tsx";
import { ErrorBox } from "../parts/error-box.tsx";
import { useStatus } from "../parts/status-context.ts";
import { AgentLink } from "../parts/task-link.tsx";
import { useTitle } from "../parts/title.ts";
import { agentLines } from "./agent-lines.ts";

/** All agents, with what each has to do. */
export function AgentsView() {
  const { value: status, error, again } = useStatus();
  useTitle("Agents");
  return (
    <>
      <h1>Agents</h1>
      {error === undefined ? null : <ErrorBox error={error} again={again} />}
      {status === undefined ? (
        error === undefined ? (
          <Loading />
        ) : null
      ) : status.agents.length === 0 ? (
        <Empty>
          There are no agents yet: a <code>team.yaml</code> names them. <code>clawflow init</code> writes one
          to try.
        </Empty>
      ) : (
        <table class="tasks agents">
          <caption class="sr">Agents and what they have to do</caption>
          <thead>
            <tr>
              <th scope="col">Agent</th>
              <th scope="col">Run by</th>
              <th scope="col">In its inbox</th>
              <th scope="col">Tasks under way</th>
              <th scope="col">Needs you</th>
            </tr>
          </thead>
          <tbody>
            {agentLines(status).map(({ agent, host, messages, running, needs }) => (
              <tr key={agent}>
                <th scope="row">
                  <AgentLink agent={agent} />
                </th>
                <td data-label="Run by">{host}</td>
                <td data-label="In its inbox">{messages}</td>
                <td data-label="Tasks under way">{running}</td>
                <td data-label="Needs you">{needs}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
