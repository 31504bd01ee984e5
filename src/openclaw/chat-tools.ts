import { controlFor } from "../cli/commands/control.ts";
import { type Decision, decisionFor } from "../cli/commands/decide.ts";
import { outcomeOf } from "../cli/person-message.ts";
import { plainLine } from "../cli/render/plain.ts";
import { handIn, taskOfPerson } from "../host/submit.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import { type Chat, notYours } from "./chat.ts";
import { checkChatCall, type StartCall } from "./chat-calls.ts";
import { readForChat } from "./chat-reads.ts";
import { CHAT_TOOL_TEXTS, type ChatTool, DECISIONS } from "./chat-tool-texts.ts";
import type { RunningTeam } from "./running-team.ts";
import { isTaskSession } from "./session-key.ts";
import type { AgentTool, ToolContext } from "./types.ts";
import { useWorkflows } from "./workflow-tool.ts";

/**
 * That tool as the session of this context has it; null where it has no use for it: in the session of a task, which is itself somebody's
 * job, in that of a subagent, which is gone when the answer comes, and for agents that take no part.
 *
 * @param team as it is at the time of a call
 */
export function chatTool(
  name: ChatTool,
  { agentId, sessionKey, senderIsOwner }: ToolContext,
  team: () => RunningTeam | undefined,
): AgentTool | null {
  if (agentId === undefined || sessionKey === undefined || !isChat(sessionKey)) return null;
  const known = team();
  if (known !== undefined && !known.agents.has(agentId)) return null;
  const chat: Chat = {
    agent: agentId,
    sessionKey,
    ...(senderIsOwner === undefined ? {} : { isOwner: senderIsOwner }),
  };
  return {
    name,
    label: name.replace("_", " "),
    ...CHAT_TOOL_TEXTS[name],
    // The others are found by their names, which the answer of this one holds.
    ...(name === "clawflow_start" ? { catalogMode: "direct-only" as const } : {}),
    async execute(call, parameters) {
      try {
        const text = await answer(name, { ...chat, call }, parameters, team());
        return { content: [{ type: "text", text }], details: {} };
      } catch (error) {
        // OpenClaw gives the model the message alone.
        throw new Error(errorText(error));
      }
    },
  };
}

function isChat(sessionKey: string): boolean {
  return !isTaskSession(sessionKey) && !/:subagent:/.test(sessionKey);
}

async function answer(
  name: ChatTool,
  chat: Chat,
  parameters: unknown,
  team: RunningTeam | undefined,
): Promise<string> {
  if (team === undefined) throw notRunning();
  if (!team.agents.has(chat.agent))
    throw new ClawflowError("E_UNKNOWN_AGENT", `${chat.agent} takes no part in Clawflow`);
  if (name === "clawflow_workflow") return await useWorkflows(chat, parameters, team);
  const call = checkChatCall(name, parameters);
  switch (call.name) {
    case "clawflow_start":
      return await start(chat, call, team);
    case "clawflow_control":
      return await control(chat, call, team);
    default:
      return await readForChat(chat, call, team);
  }
}

async function start(chat: Chat, { work, plan }: StartCall, team: RunningTeam): Promise<string> {
  const { host, chats } = team;
  const { agent, sessionKey } = chat;
  const message = taskOfPerson(agent, work, new Date(host.place(agent).wall).toISOString());
  // Who is to hear of it stands in the message, and so outlives this process.
  message.extra = { chat: sessionKey };
  const { task_id } = message;
  chats.expect({ agent, task_id, chat: sessionKey });
  const decided = plan === undefined ? [] : [outcomeOf("human", agent, { task_id }, plan)];
  await handIn(host, agent, message, ...decided);
  return `Begun: ${task_id}. This chat hears when it has ended, or when it needs a person. clawflow_status says where it stands, clawflow_why what holds it up; clawflow_control steers it.`;
}

async function control(
  chat: Chat,
  { action, task: name, text }: { action: string; task: string; text?: string | undefined },
  team: RunningTeam,
): Promise<string> {
  const { host, chats, disk, root } = team;
  const place = { disk, root, agents: new Map(team.agents) };
  const isDecision = DECISIONS.some((decision) => decision === action);
  if (isDecision && (chat.isOwner !== true || chats.isTelling(chat.sessionKey))) throw notTheirs(action);
  const found = isDecision
    ? decisionFor(place, action as Decision, name, undefined)
    : controlFor(place, action as "cancel", name, text, undefined);
  const { agent, message, task } = found;
  if ((task?.trace.path[0] ?? agent) !== chat.agent) throw notYours(name, chat);
  if (isDecision) message.body.text = text ?? "";
  await handIn(host, agent, message);
  return `${action} is sent to ${agent}: ${plainLine(name)}`;
}

function notTheirs(action: string): ClawflowError {
  return new ClawflowError(
    "E_NOT_YOURS",
    `${action} is a person's to say, and in this turn no owner of this OpenClaw spoke`,
    {
      hint: "Ask the person, and pass on what they answer.",
    },
  );
}

function notRunning(): ClawflowError {
  return new ClawflowError("E_STATE", "Clawflow does not run in this gateway now", {
    hint: "It is starting, or the gateway's log says why it does not.",
  });
}
