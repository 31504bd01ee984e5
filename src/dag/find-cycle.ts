import { ClawflowError } from "../protocol/errors.ts";

/**
 * A cycle among nodes and what each depends on, as a path whose first node is repeated at the end (`a, b, a`: a depends on b, b
 * on a); `undefined` if there is none. The same input gives the same path. Dependencies that are no node are passed over.
 *
 * Depth first without recursion, so that a chain of any length is no danger to the stack.
 */
export function findCycle(nodes: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>();
  for (const start of nodes.keys()) {
    if (finished.has(start)) continue;
    const cycle = walk(nodes, start, finished);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function walk(
  nodes: ReadonlyMap<string, readonly string[]>,
  start: string,
  finished: Set<string>,
): string[] | undefined {
  const path = [start];
  const onPath = new Set(path);
  /** For each node of the path, which of its dependencies is looked at next. */
  const next = [0];
  while (path.length > 0) {
    const node = path[path.length - 1] as string;
    const position = next[next.length - 1] as number;
    const dependency = nodes.get(node)?.[position];
    if (dependency === undefined) {
      finished.add(node);
      onPath.delete(node);
      path.pop();
      next.pop();
      continue;
    }
    next[next.length - 1] = position + 1;
    if (onPath.has(dependency)) return [...path.slice(path.indexOf(dependency)), dependency];
    if (finished.has(dependency) || !nodes.has(dependency)) continue;
    path.push(dependency);
    onPath.add(dependency);
    next.push(0);
  }
  return undefined;
}

/** Names a cycle that was found; a long one is cut in the middle, so that its beginning and its end always stand there. */
export function cycleError(cycle: readonly string[]): ClawflowError {
  const shown =
    cycle.length <= 12 ? cycle : [...cycle.slice(0, 6), `(${cycle.length - 9} more)`, ...cycle.slice(-3)];
  return new ClawflowError("E_CYCLE", "subtasks wait for each other in a cycle", {
    at: "subtasks",
    found: shown.join(" -> "),
    hint: "Remove one of these dependencies",
  });
}
