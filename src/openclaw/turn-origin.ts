import type { TurnContext } from "./types.ts";

/**
 * Why a turn's text is not the word of an operator, if it is not. An operator is who holds a key of the gateway and calls its `agent`
 * method: OpenClaw says of such a turn that a user began it, and neither a channel nor a sender. Whatever says more comes from a chat,
 * from another agent or from OpenClaw itself; so does a turn in a session that has come to be a chat's.
 */
export function notFromOperator(context: TurnContext): string | undefined {
  const { trigger, sessionKey, inputProvenance, channel, messageProvider, senderId } = context;
  const { channelId, chatId, channelContext } = context;
  if (trigger !== "user") return `it comes from OpenClaw itself (${trigger ?? "no reason given"})`;
  if (inputProvenance !== undefined && inputProvenance.kind !== "external_user")
    return "it comes from another session";
  const kind = SESSION_KINDS.exec(sessionKey ?? "");
  if (sessionKey === undefined || kind === null) return "it comes without a session of an agent";
  const of = kind[1] as string;
  if (Object.hasOwn(NOT_OPERATORS, of)) return NOT_OPERATORS[of];
  const chat = channel ?? messageProvider ?? channelId ?? chatId;
  if (chat === undefined && senderId === undefined && channelContext === undefined) return undefined;
  return `it comes from a chat (${chat ?? "a sender is named"}), or its session is one's; a session of its own has none: --session-key agent:<id>:mail`;
}

const SESSION_KINDS = /^agent:[^:]+:([^:]+)/;

/** Sessions in which others than operators speak, by how their keys go on after the agent. */
const NOT_OPERATORS: Readonly<Record<string, string>> = {
  subagent: "it comes from the agent that started this one",
  clawflow: "it stands in the session of a task",
  acp: "it comes from another program's agent",
  cron: "it comes from a schedule",
  hook: "it comes from a hook",
};
