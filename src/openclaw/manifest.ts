import { ANSWER_TOOLS } from "./answer-tools.ts";
import { CHAT_COMMAND } from "./chat-command.ts";
import { CHAT_TOOLS, type ChatTool } from "./chat-tool-texts.ts";
import { plugin } from "./plugin.ts";
import { pluginConfigJsonSchema } from "./plugin-config.ts";
import { SHELL_COMMAND } from "./shell-command.ts";

/** The release whose API `types.ts` declares and with which the suite runs. */
export const OPENCLAW_VERSION = "2026.9.6";

/** `openclaw.plugin.json`: what OpenClaw knows of the plugin without running it. */
export function pluginManifest(version: string): Record<string, unknown> {
  const { id, name, description } = plugin;
  return {
    id,
    name,
    description,
    version,
    categories: ["agent-orchestration"],
    activation: { onStartup: true },
    contracts: { tools: [...ANSWER_TOOLS, ...CHAT_TOOLS] },
    toolMetadata: Object.fromEntries([
      ...ANSWER_TOOLS.map((tool) => [tool, ANSWER_METADATA]),
      ...CHAT_TOOLS.map((tool) => [tool, chatMetadata(tool)]),
    ]),
    skills: ["./skills"],
    cliCommands: [SHELL_COMMAND],
    commandAliases: [{ name: CHAT_COMMAND, kind: "runtime-slash", cliCommand: SHELL_COMMAND.name }],
    configSchema: pluginConfigJsonSchema(),
  };
}

/** They are there only in the sessions of tasks, whatever profile the agent has; asked twice they change nothing the second time. */
const ANSWER_METADATA = { profiles: ["minimal", "coding", "messaging", "full"], sideEffecting: true };

function chatMetadata(tool: ChatTool) {
  const sideEffecting = ["clawflow_start", "clawflow_control", "clawflow_workflow"].includes(tool);
  return {
    profiles: ["coding", "messaging", "full"],
    sideEffecting,
    ...(sideEffecting ? { replaySafe: false } : {}),
  };
}

/** The `package.json` of the plugin: everything that it needs is in it. */
export function pluginPackage(version: string): Record<string, unknown> {
  return {
    name: "clawflow-openclaw",
    version,
    description: plugin.description,
    license: "MIT",
    type: "module",
    files: ["dist", "skills", "openclaw.plugin.json", "README.md"],
    peerDependencies: { openclaw: `>=${OPENCLAW_VERSION}` },
    peerDependenciesMeta: { openclaw: { optional: true } },
    openclaw: {
      extensions: ["./dist/index.js"],
      compat: { pluginApi: `>=${OPENCLAW_VERSION}`, minGatewayVersion: OPENCLAW_VERSION },
      build: { openclawVersion: OPENCLAW_VERSION },
    },
  };
}
