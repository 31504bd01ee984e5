import { errorText } from "../protocol/errors.ts";
import type { Agent } from "./agent.ts";
import type { Context } from "./context.ts";

/**
 * Does something for one agent; what is thrown is told and harms no other. A store that is broken throws at the next commit
 * as well, so nothing goes on that must not.
 */
export function apart(context: Pick<Context, "events">, agent: Agent, action: () => void): void {
  try {
    action();
  } catch (error) {
    tell(context, agent, error);
  }
}

export function tell({ events }: Pick<Context, "events">, agent: Agent, error: unknown): void {
  events.emit({ type: "agent:problem", agent: agent.self.id, text: errorText(error) });
}
