import type { Status } from "../../api-types.ts";
import { CommandLine } from "../parts/command-line.tsx";
import { AgentLink } from "../parts/task-link.tsx";

/** Who runs the agents; where nobody does, how that is begun. */
export function Hosts({ hosts, hasWork }: { hosts: Status["hosts"]; hasWork: boolean }) {
  if (hosts.length === 0)
    return (
      <p class="hosts">
        <span aria-hidden="true">○</span> No host runs the agents
        {hasWork ? ", so nothing goes on" : ""}. To start one: <CommandLine command="clawflow up" />
      </p>
    );
  return (
    <ul class="hosts">
      {hosts.map(({ pid, state, stopped, agents }) => (
        <li key={pid}>
          {stopped === true ? (
            <>
              <span aria-hidden="true">✗</span> Process {pid} was stopped by a signal; to let it go on:{" "}
              <CommandLine command={`kill -CONT ${pid}`} />
            </>
          ) : state === "alive" ? (
            <>
              <span aria-hidden="true">●</span> Process {pid} runs
            </>
          ) : (
            <>
              <span aria-hidden="true">?</span> Process {pid} of another machine has
            </>
          )}{" "}
          <Agents agents={agents} />
        </li>
      ))}
    </ul>
  );
}

const MOST = 12;

function Agents({ agents }: { agents: readonly string[] }) {
  const rest = agents.length - MOST;
  return (
    <>
      {agents.slice(0, MOST).map((agent, at) => (
        <>
          {at === 0 ? "" : ", "}
          <AgentLink key={agent} agent={agent} />
        </>
      ))}
      {rest > 0 ? ` and ${rest} more` : ""}
    </>
  );
}
