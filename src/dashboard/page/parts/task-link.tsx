import { formatRoute, type TaskTab } from "../route.ts";

interface TaskLinkProps {
  agent: string;
  task: string;
  /** What is read; default: the id. */
  title?: string | undefined;
  tab?: TaskTab;
  /** The id of a message of it. */
  message?: string;
}

/** To a task, by its title where that is known; its id is always there. */
export function TaskLink({ agent, task, title, tab = "overview", message }: TaskLinkProps) {
  const href = formatRoute({ view: "task", agent, task, tab, ...(message === undefined ? {} : { message }) });
  const hasTitle = title !== undefined && title.trim() !== "";
  return (
    <a class="task-link" href={href} title={`${task} of ${agent}`} dir="auto">
      {hasTitle ? title : <code>{task}</code>}
    </a>
  );
}

export function AgentLink({ agent }: { agent: string }) {
  // Such as `human`, or an agent of another root: there is nothing to be seen of them here.
  if (agent === "human" || agent.includes("@")) return <span class="agent">{agent}</span>;
  return (
    <a class="agent" href={formatRoute({ view: "agent", agent })}>
      {agent}
    </a>
  );
}
