/**
 * What we use of OpenClaw's plugin API, as 2026.9.6 has it, declared by hand so that building and installing us does not need
 * OpenClaw. The suite with a real gateway holds these against the package's own types.
 */

import type { CommandApi, ConfigRuntime } from "./command-types.ts";

/** OpenClaw's configuration. It is read with care: what a plugin is given was checked, what is read from a file was not. */
export interface OpenClawConfig {
  agents?: unknown;
  plugins?: unknown;
}

export interface PluginLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** How a run stands. `pending`, and `timeout` without `endedAt`: it was looked at for so long, and goes on. */
export interface RunState {
  status: "ok" | "timeout" | "error" | "pending";
  error?: string;
  /** Milliseconds since 1970. */
  startedAt?: number;
  endedAt?: number;
  stopReason?: string;
  timeoutPhase?: string;
  terminalReply?: { disposition: "visible"; text: string } | { disposition: "silent" | "empty" };
}

export interface RunRequest {
  /** `agent:<id>:…` says whose turn it is. */
  sessionKey: string;
  message: string;
  extraSystemPrompt?: string;
  /** Tools of this plugin that the turn has whatever the agent's profile allows. */
  toolsAlsoAllow?: string[];
  disableTools?: boolean;
  deliver?: boolean;
  /** It is also the id of the run. */
  idempotencyKey?: string;
}

/** Turns of agents, in the gateway's process alone. */
export interface SubagentRuntime {
  /** Resolves when the turn is accepted. */
  run(request: RunRequest): Promise<{ runId: string; sessionKey?: string }>;
  waitForRun(request: { runId: string; timeoutMs?: number }): Promise<RunState>;
  getSessionMessages(request: { sessionKey: string; limit?: number }): Promise<{ messages: unknown[] }>;
  deleteSession(request: { sessionKey: string; deleteTranscript?: boolean }): Promise<void>;
  /** One call of the agent's model without tools; it reads `message` alone. */
  complete(request: {
    agentId: string;
    message: string;
    timeoutMs?: number;
    signal?: AbortSignal;
  }): Promise<{ text: string }>;
}

export interface PluginRuntime {
  agent: { resolveAgentWorkspaceDir(config: never, agentId: string): string };
  subagent: SubagentRuntime;
  config: ConfigRuntime;
  /** Absolute. */
  state: { resolveStateDir(): string };
  tasks: { async: { managedFlows: { bindSession(session: { sessionKey: string }): BoundFlows } } };
}

/** One of OpenClaw's own list of long work. Who writes it names the revision that they have read. */
export interface FlowRecord {
  flowId: string;
  controllerId?: string;
  revision: number;
  status: "queued" | "running" | "waiting" | "blocked" | "succeeded" | "failed" | "cancelled" | "lost";
  currentStep?: string;
  stateJson?: unknown;
}

export type FlowResult =
  | { applied: true; flow: FlowRecord }
  | { applied: false; code: string; current?: FlowRecord };

interface FlowChange {
  flowId: string;
  expectedRevision: number;
  stateJson?: Record<string, string>;
}

/** The flows of one session. */
export interface BoundFlows {
  list(): Promise<FlowRecord[]>;
  createManaged(flow: {
    controllerId: string;
    goal: string;
    status?: "running" | "waiting";
    notifyPolicy?: "silent";
    currentStep?: string;
    stateJson?: Record<string, string>;
  }): Promise<FlowRecord>;
  setWaiting(change: FlowChange & { currentStep?: string; blockedSummary?: string }): Promise<FlowResult>;
  resume(change: FlowChange & { status?: "running"; currentStep?: string }): Promise<FlowResult>;
  finish(change: FlowChange): Promise<FlowResult>;
  fail(change: FlowChange & { blockedSummary?: string }): Promise<FlowResult>;
}

/** A text that the next turn of a session has before its prompt; of the same key it is taken once as long as it waits. */
export interface NextTurnText {
  sessionKey: string;
  text: string;
  idempotencyKey: string;
}

/** Whose call it is; said by OpenClaw, never by the model. */
export interface ToolContext {
  agentId?: string;
  sessionKey?: string;
  /** Whether it knows who speaks as its owner. */
  senderIsOwner?: boolean;
}

/** Whose turn it is and where its text comes from; what is absent was not said, and proves nothing. */
export interface TurnContext {
  agentId?: string;
  sessionKey?: string;
  runId?: string;
  /** `user`, `heartbeat`, `cron`, … */
  trigger?: string;
  /** A chat's, also where the session was one's before. */
  channel?: string;
  messageProvider?: string;
  channelId?: string;
  chatId?: string;
  senderId?: string;
  channelContext?: unknown;
  inputProvenance?: { kind: string };
}

/** `handled`: no model is asked, and this is the answer. */
export interface ReplyClaim {
  handled: boolean;
  reply?: { text?: string };
}

export interface ToolResult {
  content: { type: "text"; text: string }[];
  details: unknown;
  /** Nothing is asked of the model after this, where all tools it called say so. */
  terminate?: boolean;
}

export interface AgentTool {
  name: string;
  label: string;
  description: string;
  /** JSON Schema. */
  parameters: Record<string, unknown>;
  /** Its schema is always in the prompt, not only to be searched for. */
  catalogMode?: "direct-only";
  execute(callId: string, parameters: unknown, signal?: AbortSignal): Promise<ToolResult>;
}

/** A call of a tool that is to run. */
export interface ToolCallEvent {
  toolName: string;
  params: Record<string, unknown>;
  toolCallId?: string;
}

/** That a person is to be asked first; who does not answer in time has said no. */
export interface ToolGate {
  requireApproval: {
    /** At most 80 characters. */
    title: string;
    /** At most 512. */
    description: string;
    severity: "info" | "warning" | "critical";
    allowedDecisions: ("allow-once" | "deny")[];
    timeoutMs: number;
    onResolution(decision: string): void;
  };
}

export interface ServiceContext {
  config: OpenClawConfig;
  /** OpenClaw's state folder, absolute. */
  stateDir: string;
  logger: PluginLogger;
  serviceHealth?: { reportFailure(error: unknown): void; clearFailure(): void };
}

export interface PluginService {
  id: string;
  /** A change of one of these paths of the configuration stops the service and starts it with what holds now. */
  reload?: { configPrefixes: readonly string[] };
  start(context: ServiceContext): void | Promise<void>;
  stop?(context: ServiceContext): void | Promise<void>;
}

export interface PluginApi extends CommandApi {
  id: string;
  registrationMode: string;
  /** `plugins.entries.clawflow.config`. */
  pluginConfig?: Record<string, unknown>;
  logger: PluginLogger;
  runtime: PluginRuntime;
  session: { workflow: { enqueueNextTurnInjection(text: NextTurnText): Promise<{ enqueued: boolean }> } };
  registerService(service: PluginService): void;
  /** Before a turn's text is put to a model; it needs `hooks.allowConversationAccess`. */
  on(
    hook: "before_agent_reply",
    handler: (event: { cleanedBody: string }, context: TurnContext) => Promise<ReplyClaim | undefined>,
  ): void;
  /** Before a tool runs; a handler that fails or takes too long blocks the call. `matcher`: the tools that it is for. */
  on(
    hook: "before_tool_call",
    handler: (event: ToolCallEvent, context: { agentId?: string }) => Promise<ToolGate | undefined>,
    options: { matcher: [string, ...string[]] },
  ): void;
  registerTool(
    factory: (context: ToolContext) => AgentTool | null,
    options: { name: string; optional?: boolean },
  ): void;
}
