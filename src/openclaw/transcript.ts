import type { Outcome } from "../protocol/outcome.ts";
import type { SubagentRuntime } from "./types.ts";

export async function outcomeOfTranscript(
  _subagent: SubagentRuntime,
  _sessionKey: string,
): Promise<Outcome | undefined> {
  return undefined;
}
export async function usedSince(
  subagent: SubagentRuntime,
  sessionKey: string,
  _tag: string,
): Promise<Outcome["used"] | undefined> {
  const { messages } = await subagent.getSessionMessages({ sessionKey, limit: 50 });
  console.error("MESSAGES", JSON.stringify(messages));
  return undefined;
}
