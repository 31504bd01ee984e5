import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { criticalPath } from "../../src/dag/critical-path.ts";
import { findCycle } from "../../src/dag/find-cycle.ts";
import { dependantsOf, edgesOf } from "../../src/dag/graph.ts";
import { topologicalOrder } from "../../src/dag/topological-order.ts";
import { chain, randomDag } from "./random-dag.ts";

const graph = (edges: Record<string, string[]>): Map<string, string[]> => new Map(Object.entries(edges));
const nodes = (edges: Record<string, string[]>): Map<string, { depends_on: string[] }> =>
  new Map(Object.entries(edges).map(([id, depends_on]) => [id, { depends_on }]));

describe("findCycle", () => {
  it("gives the cycle alone, not the way into it", () => {
    expect(findCycle(graph({ start: ["a"], a: ["b"], b: ["c"], c: ["a"] }))).toEqual(["a", "b", "c", "a"]);
  });

  it("gives a node that depends on itself", () => {
    expect(findCycle(graph({ a: ["a"] }))).toEqual(["a", "a"]);
  });

  it("passes over dependencies that are not there", () => {
    expect(findCycle(graph({ a: ["constructor", "b"] }))).toBeUndefined();
  });

  it("takes a chain of 100,000", () => {
    expect(findCycle(edgesOf(chain(100_000)))).toBeUndefined();
  });

  property.prop([randomDag()])("finds none in a DAG", (dag) => {
    expect(findCycle(edgesOf(dag))).toBeUndefined();
  });

  property.prop([randomDag(), fc.nat(), fc.nat()])(
    "always finds a back edge, as a real path",
    (dag, a, b) => {
      const order = topologicalOrder(dag);
      const late = order[a % order.length] as string;
      const above = [late, ...ancestors(dag, late)];
      const early = above[b % above.length] as string;
      dag.get(early)?.depends_on.push(late);

      const cycle = findCycle(edgesOf(dag)) as string[];
      expect(cycle.length).toBeGreaterThan(1);
      expect(cycle[0]).toBe(cycle.at(-1));
      expect(new Set(cycle).size).toBe(cycle.length - 1);
      for (const [index, id] of cycle.slice(0, -1).entries()) {
        expect(dag.get(id)?.depends_on).toContain(cycle[index + 1]);
      }
      expect(() => topologicalOrder(dag)).toThrow(cycle.length <= 12 ? cycle.join(" -> ") : "more");
    },
  );
});

describe("topologicalOrder", () => {
  it("keeps the order of the map among equals", () => {
    expect(topologicalOrder(nodes({ z: [], last: ["z", "a"], a: [], m: [] }))).toEqual([
      "z",
      "a",
      "m",
      "last",
    ]);
  });

  property.prop([randomDag()])("puts each node once, after all that it depends on", (dag) => {
    const order = topologicalOrder(dag);
    expect([...order].sort()).toEqual([...dag.keys()].sort());
    const place = new Map(order.map((id, index) => [id, index]));
    for (const [id, { depends_on }] of dag) {
      for (const dependency of depends_on)
        expect(place.get(dependency)).toBeLessThan(place.get(id) as number);
    }
  });
});

describe("dependantsOf", () => {
  it("follows through others, in the order of the map", () => {
    const map = nodes({ d: ["c"], a: [], b: ["a"], other: [], c: ["b", "a"] });
    expect(dependantsOf(map, "a")).toEqual(["d", "b", "c"]);
    expect(dependantsOf(map, "other")).toEqual([]);
    expect(dependantsOf(map, "missing")).toEqual([]);
  });

  property.prop([randomDag(15)])("is the inverse of depending", (dag) => {
    for (const id of dag.keys()) {
      const expected = [...dag.keys()].filter((other) => ancestors(dag, other).includes(id));
      expect(dependantsOf(dag, id)).toEqual(expected);
    }
  });
});

describe("criticalPath", () => {
  it("takes the heaviest chain, not the longest", () => {
    const map = nodes({ a: [], b: ["a"], c: ["b"], heavy: [], end: ["c", "heavy"] });
    const weights: Record<string, number> = { a: 1, b: 1, c: 1, heavy: 10, end: 1 };
    expect(criticalPath(map, (id) => weights[id] as number)).toEqual(["heavy", "end"]);
    expect(criticalPath(map, () => 1)).toEqual(["a", "b", "c", "end"]);
    expect(criticalPath(new Map(), () => 1)).toEqual([]);
  });

  property.prop([randomDag(12), fc.func(fc.nat(20))])("no chain is heavier", (dag, weight) => {
    const path = criticalPath(dag, weight);
    for (const [index, id] of path.entries()) {
      if (index > 0) expect(dag.get(id)?.depends_on).toContain(path[index - 1]);
    }
    const sum = path.reduce((total, id) => total + weight(id), 0);
    const heaviest = (id: string): number =>
      weight(id) + Math.max(0, ...(dag.get(id)?.depends_on ?? []).map(heaviest));
    expect(sum).toBe(Math.max(...[...dag.keys()].map(heaviest)));
  });
});

/** The obvious slow form: all that `id` depends on. */
function ancestors(dag: ReadonlyMap<string, { depends_on: string[] }>, id: string): string[] {
  const found = new Set<string>();
  const visit = (node: string): void => {
    for (const dependency of dag.get(node)?.depends_on ?? []) {
      if (!found.has(dependency)) {
        found.add(dependency);
        visit(dependency);
      }
    }
  };
  visit(id);
  return [...found];
}
