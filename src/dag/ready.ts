import type { SubtaskStatus } from "../protocol/task.ts";
import { directDependants } from "./graph.ts";

/** What of a subtask decides whether it may go. */
interface Node {
  readonly status: SubtaskStatus;
  readonly depends_on: readonly string[];
}
type Subtasks = ReadonlyMap<string, Node>;

/** The rule of readiness: it is pending, and all that it depends on is done. */
export function isReady(subtasks: Subtasks, { status, depends_on }: Node): boolean {
  return (
    status === "pending" && depends_on.every((dependency) => subtasks.get(dependency)?.status === "done")
  );
}

/**
 * The pending subtasks that can never go: something that they depend on, directly or through other pending ones, failed, was
 * cancelled or skipped, or is not there. In the order of the map.
 */
export function blockedSubtasks(subtasks: Subtasks): string[] {
  const direct = directDependants(subtasks);
  const blocked = new Set<string>();
  const open: string[] = [];
  const block = (id: string): void => {
    if (subtasks.get(id)?.status !== "pending" || blocked.has(id)) return;
    blocked.add(id);
    open.push(id);
  };
  for (const [id, { depends_on }] of subtasks) {
    if (depends_on.some((dependency) => isLost(subtasks.get(dependency)?.status))) block(id);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) direct.get(id)?.forEach(block);
  return [...subtasks.keys()].filter((id) => blocked.has(id));
}

/** Whether it will never be done by itself. */
export function isLost(status: SubtaskStatus | undefined): boolean {
  return status === undefined || status === "failed" || status === "cancelled" || status === "skipped";
}
