import { cycleError, findCycle } from "./find-cycle.ts";
import { type Dependencies, directDependants, edgesOf } from "./graph.ts";

/**
 * Every id after all that it depends on; those that could go at the same time stand in the order of the map. Dependencies
 * that are missing count as done.
 *
 * @throws E_CYCLE
 */
export function topologicalOrder(nodes: Dependencies): string[] {
  const dependants = directDependants(nodes);
  const waitsFor = new Map<string, number>();
  for (const [id, { depends_on }] of nodes) {
    waitsFor.set(id, [...new Set(depends_on)].filter((dependency) => nodes.has(dependency)).length);
  }
  const order = [...nodes.keys()].filter((id) => waitsFor.get(id) === 0);
  for (const id of order) {
    for (const dependant of dependants.get(id) ?? []) {
      const left = (waitsFor.get(dependant) ?? 0) - 1;
      waitsFor.set(dependant, left);
      if (left === 0) order.push(dependant);
    }
  }
  if (order.length < nodes.size) throw cycleError(findCycle(edgesOf(nodes)) ?? []);
  return order;
}
