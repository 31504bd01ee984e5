import { messageBytes } from "../host/submit.ts";
import { messageFileName } from "../protocol/ids.ts";
import type { Message } from "../protocol/message.ts";
import { limitsSchema } from "../protocol/team.ts";
import { deliverInto } from "../store/deliver.ts";
import { makeWorkspace } from "../store/make-workspace.ts";
import { nodeProcess } from "../store/process-identity.ts";
import { hostOfAgent } from "../view/hosts.ts";
import type { Io } from "./io.ts";
import { type Place, workspaceOf } from "./place.ts";

/** Puts a message into an agent's inbox, whether or not a host runs; it stands there durable when this resolves. */
export async function putMessage(place: Place, agent: string, message: Message): Promise<void> {
  const bytes = messageBytes(message, (place.team?.limits ?? limitsSchema.parse({})).message_bytes);
  const workspace = workspaceOf(place, agent);
  await makeWorkspace(place.disk, workspace);
  await deliverInto(place.disk, workspace, { name: messageFileName(message), bytes }, { sync: true });
}

export function isHosted(place: Place, agent: string): boolean {
  return hostOfAgent(place.disk, workspaceOf(place, agent), nodeProcess(place.disk)) !== undefined;
}

/** Says that a message lies in an inbox that nobody looks into now. */
export function warnIfIdle(io: Io, place: Place, agent: string): void {
  if (isHosted(place, agent)) return;
  const start = io.embedded?.start ?? "clawflow up";
  io.err(`No host runs ${agent} now; it is taken when one does: ${start}\n`);
}
