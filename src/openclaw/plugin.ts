import { ANSWER_TOOLS } from "./answer-tools.ts";
import { chatCommand } from "./chat-command.ts";
import { CHAT_TOOLS } from "./chat-tool-texts.ts";
import { chatTool } from "./chat-tools.ts";
import { claimMessage } from "./claim-message.ts";
import { inFirstContext } from "./first-context.ts";
import { registerMethods } from "./gateway-methods.ts";
import { sharedTurns } from "./open-turns.ts";
import { sharedTeam } from "./running-team.ts";
import { askBeforeScript, WORKFLOW_TOOL } from "./script-approval.ts";
import { addShellCommand, SHELL_DESCRIPTOR } from "./shell-command.ts";
import { PLUGIN_ID, teamService } from "./team-service.ts";
import type { PluginApi } from "./types.ts";

/**
 * Tells OpenClaw what there is. Nothing runs before the service is started, which happens in a gateway alone: the same is asked for
 * only to be listed.
 */
export function register(api: PluginApi): void {
  inFirstContext(() => {});
  const turns = sharedTurns();
  for (const name of ANSWER_TOOLS) api.registerTool((context) => turns.tool(name, context), { name });
  for (const name of CHAT_TOOLS)
    api.registerTool((context) => chatTool(name, context, () => sharedTeam().current), { name });
  const { workflow } = api.session;
  api.registerService(teamService(api.runtime, turns, (text) => workflow.enqueueNextTurnInjection(text)));
  api.on("before_agent_reply", claimMessage);
  api.on("before_tool_call", (call, { agentId }) => askBeforeScript(call, agentId, sharedTeam().current), {
    matcher: [WORKFLOW_TOOL],
  });
  api.registerCommand(chatCommand(api.runtime));
  api.registerCli((context) => addShellCommand(api.runtime, context), { descriptors: [SHELL_DESCRIPTOR] });
  registerMethods(api);
}

/** What OpenClaw takes for a plugin: the default export of the package's entry. */
export const plugin = {
  id: PLUGIN_ID,
  name: "Clawflow",
  description: "Agents get one big job done together, by messages that are files in their workspaces.",
  register,
};

export { plugin as default };
