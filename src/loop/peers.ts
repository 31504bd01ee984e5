import type { Task } from "../protocol/task.ts";
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

export function visits(path: readonly string[], agent: string): number {
  return path.filter((other) => other === agent).length;
}
