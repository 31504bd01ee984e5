import fc from "fast-check";

export type Nodes = Map<string, { depends_on: string[] }>;

/**
 * A DAG of up to `max` nodes with ids in any order of the map: edges are drawn from later to earlier of a hidden order, then the
 * nodes are shuffled.
 */
export function randomDag(max = 30): fc.Arbitrary<Nodes> {
  return fc.integer({ min: 1, max }).chain((size) =>
    fc
      .tuple(
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 3 }),
        fc.shuffledSubarray(
          Array.from({ length: size }, (_, index) => index),
          { minLength: size },
        ),
      )
      .map(([pairs, order]) => {
        const nodes: Nodes = new Map(order.map((index) => [`n${index}`, { depends_on: [] }]));
        for (const [a, b] of pairs) {
          if (a === b) continue;
          const depends_on = nodes.get(`n${Math.max(a, b)}`)?.depends_on as string[];
          const dependency = `n${Math.min(a, b)}`;
          if (!depends_on.includes(dependency)) depends_on.push(dependency);
        }
        return nodes;
      }),
  );
}

export function chain(length: number): Nodes {
  return new Map(
    Array.from({ length }, (_, index) => [`n${index}`, { depends_on: index === 0 ? [] : [`n${index - 1}`] }]),
  );
}
