/** Subtasks, or anything else that waits for others, by id. What a dependency names may be missing. */
export type Dependencies = ReadonlyMap<string, { readonly depends_on: readonly string[] }>;

/** What each id depends on. */
export function edgesOf(nodes: Dependencies): Map<string, readonly string[]> {
  return new Map(Array.from(nodes, ([id, { depends_on }]) => [id, depends_on]));
}

/** Who waits directly for each id, in the order of the map; only of ids that are there. */
export function directDependants(nodes: Dependencies): Map<string, string[]> {
  const dependants = new Map<string, string[]>();
  for (const id of nodes.keys()) dependants.set(id, []);
  for (const [id, { depends_on }] of nodes) {
    for (const dependency of new Set(depends_on)) dependants.get(dependency)?.push(id);
  }
  return dependants;
}

/** All that wait for `id`, directly or through others, in the order of the map; `id` itself only if it is in a cycle. */
export function dependantsOf(nodes: Dependencies, id: string): string[] {
  const direct = directDependants(nodes);
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const dependant of direct.get(next) ?? []) {
      if (found.has(dependant)) continue;
      found.add(dependant);
      open.push(dependant);
    }
  }
  return [...nodes.keys()].filter((node) => found.has(node));
}
