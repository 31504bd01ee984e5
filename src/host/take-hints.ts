import { MESSAGE_FILE_NAME } from "../protocol/ids.ts";
import type { Context } from "./context.ts";
import { throttle } from "./throttle.ts";
import type { Look } from "./watch.ts";

/** A busy inbox is looked into no more often than this, for hints of which nobody knows what is behind them. */
const HINT_PAUSE = 50;

export interface HintActions {
  /** Something came. */
  wake(): void;
  /** Something may have come into that agent's inbox. */
  look(agent: string): void;
}

/**
 * What the hints of a watch come to. A message that was published is whole: it is read at once, and it alone. One that is gone was taken, by
 * this host itself as a rule. All else is a look into the whole inbox, soon.
 */
export function takeHints({ agents, clock }: Context, actions: HintActions): Look {
  const look = throttle(clock, HINT_PAUSE, (agent) => actions.look(agent));
  return (id, name) => {
    const agent = agents.get(id);
    if (agent === undefined) return;
    if (name === undefined || !MESSAGE_FILE_NAME.test(name)) look(id);
    else if (!agent.workspace.hasArrived(name)) return;
    // It was read, perhaps just before another came in its place.
    else if (agent.inbox.knows(name)) look(id);
    else {
      agent.arrived.add(name);
      actions.wake();
    }
  };
}
