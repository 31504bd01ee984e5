import type { Embedded } from "../cli/embedded.ts";
import { EXIT } from "../cli/exit-code.ts";
import { runWords, type WordsRun } from "../cli/run-words.ts";
import { chatWords } from "./chat-words.ts";
import { COMMAND_SCOPES, isRemoteCommand, mayCommand, START_GATEWAY } from "./command-permissions.ts";
import { commandPlace } from "./command-place.ts";
import type { ChatCommand, ChatCommandContext } from "./command-types.ts";
import { sharedTeam } from "./running-team.ts";
import type { PluginRuntime } from "./types.ts";

export const CHAT_COMMAND = "clawflow";
export const CHAT_DESCRIPTION = "What the agents' jobs do, and what to do about them: status, why, approve …";

/** What stands in columns. */
const TABLES = ["status", "why", "tree", "inbox", "calls"];

/**
 * `/clawflow …`, answered without a model. In a chat it is the owner's: whoever else writes there may not see or steer what agents do.
 */
export function chatCommand(runtime: PluginRuntime): ChatCommand {
  return {
    name: CHAT_COMMAND,
    description: CHAT_DESCRIPTION,
    acceptsArgs: true,
    requireAuth: true,
    requiredScopes: ["operator.write"],
    handler: async (context) => ({ text: await answer(runtime, context) }),
  };
}

async function answer(runtime: PluginRuntime, context: ChatCommandContext): Promise<string> {
  const words = chatWords(context.args ?? "");
  const name = words[0] ?? "";
  const scopes = context.gatewayClientScopes;
  if (scopes !== undefined && isRemoteCommand(name) && !mayCommand(name, scopes))
    return `E_NOT_YOURS: /${CHAT_COMMAND} ${name} needs the permission ${COMMAND_SCOPES[name]}`;
  const program = `/${CHAT_COMMAND}`;
  const place = commandPlace(runtime, context.config);
  const embedded = { program, start: START_GATEWAY, place, ...gives(context.sessionKey) };
  return textOf(name, words, await runWords(words, embedded, isRemoteCommand));
}

/** The chat that begins a job hears how it ends. */
function gives(chat: string | undefined): Pick<Embedded, "gives"> {
  if (chat === undefined) return {};
  const expect = (job: { agent: string; task_id: string }) =>
    sharedTeam().current?.chats.expect({ ...job, chat });
  return { gives: { extra: { chat }, expect } };
}

function textOf(name: string, words: readonly string[], { code, out, err }: WordsRun): string {
  const isTable = TABLES.includes(name) || words.includes("--json") || words.includes("--help");
  const said = code === EXIT.done && isTable && out !== "" ? fenced(out) : out;
  return [said.trim(), err.trim()].filter((text) => text !== "").join("\n") || "Done.";
}

/** As it stands, in letters of one width. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}
