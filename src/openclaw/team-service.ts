import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createHost, hostDirectory } from "../host/create-host.ts";
import type { HostEvent } from "../host/events.ts";
import type { Host } from "../host/host.ts";
import { readAgents } from "../host/openclaw-agents.ts";
import type { HostOptions, TeamAgent } from "../host/options.ts";
import { errorText } from "../protocol/errors.ts";
import { isPlainObject } from "../protocol/plain-value.ts";
import { teamScripts } from "../workflow/team-scripts.ts";
import { gatewayCaller } from "./call-gateway.ts";
import { type ChatService, type ChatServicePorts, openChats } from "./chat-service.ts";
import { receiveMessages } from "./claim-message.ts";
import {
  findFirstContext,
  firstContextClock,
  firstContextSubagent,
  inFirstContext,
} from "./first-context.ts";
import { gatewayTransport } from "./gateway-transport.ts";
import { HostKeeper } from "./host-keeper.ts";
import type { MessageInPorts } from "./message-in.ts";
import { notifyByRules } from "./notify-by-rules.ts";
import type { OpenTurns } from "./open-turns.ts";
import { type PluginConfig, readPluginConfig } from "./plugin-config.ts";
import { ScriptApprovals } from "./script-approval.ts";
import { turnBrain } from "./turn-brain.ts";
import type { OpenClawConfig, PluginLogger, PluginRuntime, PluginService, ServiceContext } from "./types.ts";

export const PLUGIN_ID = "clawflow";

/** Below OpenClaw's state folder: the host's journal and lock. Everything else is in the agents' workspaces. */
export function rootOf(stateDir: string): string {
  return join(stateDir, PLUGIN_ID);
}

/**
 * The service that runs the agents of this gateway. OpenClaw starts it again when its agents or this plugin's configuration change, so
 * what it reads then holds until `stop`.
 */
export function teamService(
  runtime: PluginRuntime,
  turns: OpenTurns,
  leave: ChatServicePorts["leave"],
): PluginService & { readonly host: Host | undefined } {
  let keeper: HostKeeper<Host> | undefined;
  let endMessages = () => {};
  return {
    id: PLUGIN_ID,
    reload: { configPrefixes: ["agents", `plugins.entries.${PLUGIN_ID}`] },
    get host() {
      return keeper?.host;
    },
    async start(context) {
      const starting = keep(runtime, turns, leave, context);
      keeper = starting;
      endMessages = receiveMessages(() => messagePorts(starting, context));
      // OpenClaw sets it, wherever its port was given.
      await findFirstContext(Number(process.env.OPENCLAW_GATEWAY_PORT));
      if (keeper === starting) inFirstContext(() => starting.start());
    },
    async stop() {
      const ending = keeper;
      keeper = undefined;
      endMessages();
      await ending?.stop();
    },
  };
}

/** Without a host nothing is taken; a configuration that cannot be read may be why there is none. */
function messagePorts({ host }: HostKeeper<Host>, { config, logger }: ServiceContext): MessageInPorts {
  return { host, remote: host === undefined ? {} : readPluginConfig(configOf(config)).remote, logger };
}

function keep(
  runtime: PluginRuntime,
  turns: OpenTurns,
  leave: ChatServicePorts["leave"],
  context: ServiceContext,
): HostKeeper<Host> {
  const { logger, serviceHealth } = context;
  const root = rootOf(context.stateDir);
  let chats: ChatService | undefined;
  let notify: { stop(): Promise<void> } | undefined;
  const keeper: HostKeeper<Host> = new HostKeeper<Host>({
    clock: firstContextClock(),
    open: async () => await createHost(hostOptions(runtime, turns, context, () => keeper.isStopping)),
    onEvent(event) {
      logEvent(logger, event);
      chats?.onEvent(event);
    },
    async onClosing() {
      await notify?.stop();
      await chats?.stop();
    },
    onFault(error) {
      logger.error(`Clawflow does not run: ${errorText(error)}`);
      serviceHealth?.reportFailure(error);
    },
    onRunning(host) {
      const { notify: rules, script_approval } = readPluginConfig(configOf(context.config));
      const scriptApprovals = script_approval === "openclaw" ? new ScriptApprovals() : undefined;
      chats = openChats(host, { runtime, leave, logger, root, scriptApprovals });
      notify = notifyByRules(host, chats, { rules, logger, root, hostDirectory: hostDirectory(root, {}) });
      logger.info(`Clawflow runs ${keeper.host?.agents.join(", ") || "no agents"}`);
      serviceHealth?.clearFailure();
    },
  });
  return keeper;
}

/** @throws E_CONFIG */
function hostOptions(
  runtime: PluginRuntime,
  turns: OpenTurns,
  { config, stateDir, logger }: ServiceContext,
  isStopping: () => boolean,
): HostOptions {
  const own = readPluginConfig(configOf(config));
  const { agents, problems } = readAgents(config, {
    taking: own.agents,
    elsewhere: Object.keys(own.remote),
    workspaceOf: (id) => runtime.agent.resolveAgentWorkspaceDir(config as never, id),
  });
  for (const problem of problems) logger.warn(`clawflow: ${problem}`);
  const ports = {
    subagent: firstContextSubagent(runtime),
    clock: firstContextClock(),
    turns,
    isStopping,
    onProblem: (text: string) => logger.warn(`clawflow: ${text}`),
    newTag: () => randomBytes(12).toString("hex"),
  };
  const team = agents.map(({ id, description, workspace, peers }): [string, TeamAgent] => [
    id,
    { description, workspace, peers, concurrency: own.turns_per_agent, brain: turnBrain(id, own, ports) },
  ]);
  const ids = new Set(agents.map(({ id }) => id));
  const remote = Object.fromEntries(Object.entries(own.remote).filter(([id]) => !ids.has(id)));
  const transport = gatewayTransport(remote, { call: gatewayCaller(), now: () => performance.now() });
  const hosted = { root: rootOf(stateDir), agents: Object.fromEntries(team) };
  return {
    ...hosted,
    elsewhere: remote,
    ports: { transports: [transport], clock: firstContextClock(), scripts: teamScripts(hosted) },
    ...boundsOf(own),
  };
}

function boundsOf({ limits, turns, max_attempts, on_failure }: PluginConfig): Partial<HostOptions> {
  return { limits: { ...limits, brains: turns }, policy: { max_attempts, on_failure } };
}

/** `plugins.entries.clawflow.config`. */
export function configOf({ plugins }: OpenClawConfig): unknown {
  const entries = isPlainObject(plugins) ? plugins.entries : undefined;
  const entry = isPlainObject(entries) ? entries[PLUGIN_ID] : undefined;
  return isPlainObject(entry) ? entry.config : undefined;
}

function logEvent(logger: PluginLogger, event: HostEvent): void {
  if (event.type === "task:finished") {
    logger.info(`clawflow: ${event.agent} ${event.task}: ${event.status}`);
  } else if (event.type === "task:waiting") {
    logger.info(`clawflow: ${event.agent} ${event.task} waits for ${event.for}: ${event.text}`);
  } else if (event.type === "message:dead") {
    logger.warn(`clawflow: ${event.agent} ${event.name}: ${event.code} ${event.text}`);
  } else if (event.type === "agent:problem") {
    logger.warn(`clawflow: ${event.agent}: ${event.text}`);
  }
}
