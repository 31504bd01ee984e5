export function AgentView({ agent }: { agent: string }) {
  return <h1>{agent}</h1>;
}
