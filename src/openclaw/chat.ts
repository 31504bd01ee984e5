import { ClawflowError } from "../protocol/errors.ts";

/** A chat in which an agent of the team speaks, as OpenClaw says. */
export interface Chat {
  agent: string;
  sessionKey: string;
  /** Whether OpenClaw knows who speaks as its owner; absent where it does not say, as in a turn that no person began. */
  isOwner?: boolean;
  /** The id of the call of a tool that goes on. */
  call?: string;
}

/** Of a task that neither is the chat's agent's own nor was made for one of those. */
export function notYours(name: string, { agent }: Chat): ClawflowError {
  return new ClawflowError("E_NOT_YOURS", `${name} is no job of ${agent}, nor a part of one`);
}
