/** It runs the agents as soon as it is there. */
export const START_GATEWAY = "openclaw gateway start";

/** What a client of the gateway must be allowed, as OpenClaw names it. */
export type CommandScope = "operator.read" | "operator.write" | "operator.approvals" | "operator.questions";

/** The commands of chats and of gateway methods, and the permission for each. The others are for the machine's own shell. */
export const COMMAND_SCOPES = {
  status: "operator.read",
  why: "operator.read",
  tree: "operator.read",
  show: "operator.read",
  inbox: "operator.read",
  calls: "operator.read",
  report: "operator.read",
  send: "operator.write",
  cancel: "operator.write",
  retry: "operator.write",
  pause: "operator.write",
  resume: "operator.write",
  set: "operator.write",
  approve: "operator.approvals",
  reject: "operator.approvals",
  answer: "operator.questions",
} as const satisfies Readonly<Record<string, CommandScope>>;

export type RemoteCommand = keyof typeof COMMAND_SCOPES;

export function isRemoteCommand(name: string): name is RemoteCommand {
  return Object.hasOwn(COMMAND_SCOPES, name);
}

/** Whether a client that is allowed these may give that command. */
export function mayCommand(name: RemoteCommand, scopes: readonly string[]): boolean {
  const needed = COMMAND_SCOPES[name];
  const held = new Set(scopes);
  return (
    held.has("operator.admin") ||
    held.has(needed) ||
    (needed === "operator.read" && held.has("operator.write"))
  );
}
