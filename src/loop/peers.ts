import type { Subtask, Task } from "../protocol/task.ts";
import type { Peer, Self } from "./types.ts";

/** How often one agent may stand on the way from the root to a task. */
export const MAX_VISITS = 2;

/**
 * The peers that this task may still be given to: none where the next level would be too deep, and none that stands on its
 * path as often as it may already.
 */
export function reachablePeers(self: Self, task: Pick<Task, "trace">): readonly Peer[] {
  if (task.trace.depth >= self.limits.depth) return [];
  return self.peers.filter((peer) => visits(task.trace.path, peer.id) < MAX_VISITS);
}

/** Whether the subtask goes to a peer of version 1, as its configuration says or its replies have shown. */
export function speaksVersion1(
  self: Self,
  { agent, version_1 }: Pick<Subtask, "agent" | "version_1">,
): boolean {
  return version_1 === true || self.peers.some((peer) => peer.id === agent && peer.protocol === 1);
}

export function visits(path: readonly string[], agent: string): number {
  return path.filter((other) => other === agent).length;
}
