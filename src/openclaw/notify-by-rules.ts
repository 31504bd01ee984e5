import type { Host } from "../host/host.ts";
import { startNotify } from "../notify/start-notify.ts";
import { webhookDelivery } from "../notify/webhook.ts";
import { errorText } from "../protocol/errors.ts";
import type { ChatService } from "./chat-service.ts";
import { firstContextClock } from "./first-context.ts";
import type { PluginConfig } from "./plugin-config.ts";
import type { PluginLogger } from "./types.ts";

/** Tells people, by the rules of the plugin's configuration, what a host does. Whatever goes wrong with that, the host runs. */
export function notifyByRules(
  host: Host,
  chats: Pick<ChatService, "tell">,
  { rules, logger, root, hostDirectory }: NotifyByRules,
): { stop(): Promise<void> } | undefined {
  const [first] = host.agents;
  if (rules.length === 0 || first === undefined) return undefined;
  const onProblem = (text: string) => logger.warn(`clawflow: notify: ${text}`);
  const starting = startNotify(host, {
    rules,
    disk: host.place(first).disk,
    clock: firstContextClock(),
    root,
    hostDirectory,
    agents: new Map(host.agents.map((agent) => [agent, host.place(agent).directory])),
    view: {},
    delivers: { openclaw: chats.tell, webhook: webhookDelivery(process.env, Date.now) },
    onProblem,
  }).catch((error: unknown) => {
    onProblem(`nobody is told of anything: ${errorText(error)}`);
    return undefined;
  });
  return { stop: async () => await (await starting)?.stop() };
}

export interface NotifyByRules {
  rules: PluginConfig["notify"];
  logger: PluginLogger;
  root: string;
  hostDirectory: string;
}
