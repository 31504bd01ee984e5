import type { Dependencies } from "./graph.ts";
import { topologicalOrder } from "./topological-order.ts";

/**
 * The chain of subtasks, first to last, whose weights (not negative) add up to most: the least time that the whole can take
 * when everything else runs beside it. Of equal chains, the one whose nodes come first in the map.
 *
 * @throws E_CYCLE
 */
export function criticalPath(nodes: Dependencies, weight: (id: string) => number): string[] {
  const total = new Map<string, number>();
  const before = new Map<string, string>();
  let end: string | undefined;
  for (const id of topologicalOrder(nodes)) {
    let longest = 0;
    for (const dependency of nodes.get(id)?.depends_on ?? []) {
      const length = total.get(dependency);
      if (length === undefined || (length <= longest && before.has(id))) continue;
      longest = length;
      before.set(id, dependency);
    }
    const length = longest + weight(id);
    total.set(id, length);
    if (end === undefined || length > (total.get(end) ?? 0)) end = id;
  }
  const path: string[] = [];
  for (let id = end; id !== undefined; id = before.get(id)) path.push(id);
  return path.reverse();
}
