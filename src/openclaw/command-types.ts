/** What we use of OpenClaw's plugin API for commands and for its configuration; see types.ts. */
import type { Command } from "commander";
import type { CommandScope } from "./command-permissions.ts";
import type { OpenClawConfig } from "./types.ts";

export interface ChatCommandContext {
  /** Of a client of the gateway, what it is allowed; absent in chats. */
  gatewayClientScopes?: string[];
  sessionKey?: string;
  /** What stands after the command's name. */
  args?: string;
  config: OpenClawConfig;
}

export interface ChatCommand {
  name: string;
  description: string;
  acceptsArgs?: boolean;
  /** Only those who may talk to the agents. */
  requireAuth?: boolean;
  /** Of clients of the gateway; in a chat the command is then its owner's alone. */
  requiredScopes?: CommandScope[];
  handler(context: ChatCommandContext): Promise<{ text: string }>;
}

export interface GatewayMethodCall {
  params: Record<string, unknown>;
  respond(ok: boolean, payload?: unknown, error?: { code: string; message: string; details?: unknown }): void;
}

/** A command of `openclaw` itself, known before the plugin is loaded. */
export interface ShellDescriptor {
  name: string;
  description: string;
  hasSubcommands: boolean;
  /** Whether standard output is to hold nothing but what the command prints. */
  machineOutput?(given: { argv: readonly string[]; stdoutIsTTY: boolean }): boolean;
}

export interface ShellContext {
  program: Command;
  config: OpenClawConfig;
}

export interface CommandApi {
  registerCommand(command: ChatCommand): void;
  registerCli(
    registrar: (context: ShellContext) => void | Promise<void>,
    options: { descriptors: ShellDescriptor[] },
  ): void;
  registerGatewayMethod(
    method: string,
    handler: (call: GatewayMethodCall) => Promise<void>,
    options: { scope: CommandScope },
  ): void;
}

export interface ConfigRuntime {
  current(): OpenClawConfig;
  /**
   * Changes the configuration as its file has it, under OpenClaw's lock and checks; what `mutate` throws leaves it as it was. `auto`: a
   * running gateway takes up what changed.
   */
  mutateConfigFile(request: {
    base: "source";
    afterWrite: { mode: "auto" };
    mutate(draft: OpenClawConfig): void;
  }): Promise<unknown>;
}
