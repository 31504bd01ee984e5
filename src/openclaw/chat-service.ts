import { randomBytes } from "node:crypto";
import type { HostEvent } from "../host/events.ts";
import type { Host } from "../host/host.ts";
import { handIn } from "../host/submit.ts";
import type { Delivers } from "../notify/types.ts";
import type { Task } from "../protocol/task.ts";
import { openTasks } from "../view/open-tasks.ts";
import { openRoot } from "../view/root-view.ts";
import { readChatJobs } from "./chat-jobs.ts";
import { firstContextClock, firstContextSubagent } from "./first-context.ts";
import { FlowMirror } from "./flow-mirror.ts";
import { NewsTeller } from "./news-teller.ts";
import { notificationText } from "./notification-text.ts";
import { sharedTeam } from "./running-team.ts";
import type { ScriptApprovals } from "./script-approval.ts";
import { sessionKeyOf } from "./session-key.ts";
import type { NextTurnText, PluginLogger, PluginRuntime } from "./types.ts";

export interface ChatServicePorts {
  runtime: PluginRuntime;
  leave(text: NextTurnText): Promise<{ enqueued: boolean }>;
  logger: PluginLogger;
  root: string;
  scriptApprovals?: ScriptApprovals | undefined;
}

export interface ChatService {
  onEvent(event: HostEvent): void;
  /** Tells a chat what is due there by a rule of the configuration. */
  tell: NonNullable<Delivers["openclaw"]>;
  stop(): Promise<void>;
}

/** Of a host without agents. */
const NO_CHATS: ChatService = {
  onEvent: () => {},
  tell: async () => {
    throw new Error("no agent takes part");
  },
  stop: async () => {},
};

/** Days with messages of which the archive is read for jobs that chats began. */
const DAYS = 30;

/** What chats have of a host that runs: their tools, the news of their jobs, and OpenClaw's list of flows. */
export function openChats(
  host: Host,
  { runtime, leave, logger, root, scriptApprovals }: ChatServicePorts,
): ChatService {
  const clock = firstContextClock();
  const agents = new Map(host.agents.map((agent) => [agent, host.place(agent).directory]));
  const [first] = host.agents;
  if (first === undefined) return NO_CHATS;
  const { disk } = host.place(first);
  const onProblem = (text: string) => logger.warn(`clawflow: ${text}`);
  const task = (agent: string, id: string) => (agents.has(agent) ? host.task(agent, id) : undefined);
  const known = readChatJobs(disk, agents, DAYS);
  const chats = new NewsTeller(
    {
      subagent: firstContextSubagent(runtime),
      clock,
      leave,
      task,
      keep: (receipt) => handIn(host, receipt.to, receipt),
      newTag: () => randomBytes(12).toString("hex"),
      onProblem,
    },
    known,
  );
  const mirror = new FlowMirror({
    clock,
    flows: (sessionKey) => runtime.tasks.async.managedFlows.bindSession({ sessionKey }),
    task,
    sessionOf: (agent, id) => chats.chatOf(agent, id) ?? sessionKeyOf(agent, id),
    onProblem,
  });
  const open = openOf(host, agents);
  chats.lookAtAll(open);
  for (const { task_id, trace } of open) mirror.look(trace.path.at(-1) ?? "", task_id);
  // A job may have ended while nobody could show it.
  for (const { agent, task_id } of known.jobs) mirror.look(agent, task_id);
  const team = { root, disk, agents, host, chats, ...(scriptApprovals && { scriptApprovals }) };
  sharedTeam().current = team;
  return {
    onEvent(event) {
      chats.onEvent(event);
      if ("task" in event && "agent" in event) mirror.look(event.agent, event.task);
    },
    tell: ({ openclaw: chat }, notification) =>
      chats.tellOther(chat, notification.id, notification.try, (tag) => notificationText(notification, tag)),
    async stop() {
      const shared = sharedTeam();
      if (shared.current === team) delete shared.current;
      await Promise.all([chats.stop(), mirror.stop()]);
    },
  };
}

function openOf(host: Host, agents: ReadonlyMap<string, string>): Readonly<Task>[] {
  const [first] = host.agents;
  if (first === undefined) return [];
  const view = openRoot(host.place(first).disk, agents, { tasks: (agent, id) => host.task(agent, id) });
  return host.agents.flatMap((agent) => [...openTasks(view, agent)]);
}
