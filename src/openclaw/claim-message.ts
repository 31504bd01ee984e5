import { type MessageInPorts, takeMessage } from "./message-in.ts";
import type { ReplyClaim, TurnContext } from "./types.ts";

const SHARED = Symbol.for("clawflow.message-in.1");
const shared = globalThis as { [SHARED]?: (() => MessageInPorts) | undefined };

/**
 * Messages that come as turns go to this team from now on: of the process, for the hook may be of another registration than the service.
 * @returns what ends it, unless another team has taken its place
 */
export function receiveMessages(ports: () => MessageInPorts): () => void {
  shared[SHARED] = ports;
  return () => {
    if (shared[SHARED] === ports) shared[SHARED] = undefined;
  };
}

/** A turn whose text is a message for an agent's inbox is answered with its receipt, and no model is asked. */
export async function claimMessage(
  { cleanedBody }: { cleanedBody: string },
  context: TurnContext,
): Promise<ReplyClaim | undefined> {
  const ports = shared[SHARED]?.();
  const text = ports === undefined ? undefined : await takeMessage(cleanedBody, context, ports);
  return text === undefined ? undefined : { handled: true, reply: { text } };
}
