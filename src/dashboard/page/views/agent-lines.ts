import type { Status } from "../../api-types.ts";

export interface AgentLine {
  agent: string;
  /** Who runs it, in words. */
  host: string;
  messages: number;
  running: number;
  needs: number;
}

/** What each agent has to do. */
export function agentLines({ agents, hosts, waiting, running, problems }: Status): AgentLine[] {
  return agents.map((agent) => {
    const host = hosts.find((one) => one.agents.includes(agent));
    const of = (lines: readonly { agent: string }[]) => lines.filter((line) => line.agent === agent).length;
    return {
      agent,
      host: hostText(host),
      messages: waiting.find((line) => line.agent === agent)?.messages ?? 0,
      running: of(running),
      needs: of(problems),
    };
  });
}

function hostText(host: Status["hosts"][number] | undefined): string {
  if (host === undefined) return "nobody";
  if (host.stopped === true) return `process ${host.pid}, stopped`;
  return host.state === "alive" ? `process ${host.pid}` : `process ${host.pid} of another machine`;
}
