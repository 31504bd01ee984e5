import { Graph, layout } from "@dagrejs/dagre";
import { layeredGroup } from "./layered-group.ts";
import { GAP, type PlaceGroup, type Point } from "./layout-types.ts";

/** Beyond so many nodes and edges together it would take longer than a person should wait. */
const MOST = 160;

interface Placed extends Point {
  width: number;
  height: number;
}

/** Siblings in the order of their dependencies, with few crossings. */
export const dagreGroup: PlaceGroup = (sizes, edges) => {
  if (sizes.length + edges.length > MOST) return layeredGroup(sizes, edges);
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: GAP.down, ranksep: GAP.across, rankalign: "top" });
  sizes.forEach(({ width, height }, node) => {
    graph.setNode(`${node}`, { width, height });
  });
  for (const [from, to] of edges) graph.setEdge(`${from}`, `${to}`, {});
  layout(graph);
  const corners = sizes.map((_, node) => {
    const { x, y, width, height } = graph.node(`${node}`) as Placed;
    return { x: x - width / 2, y: y - height / 2 };
  });
  const bends = edges.map(([from, to]) => {
    const { points = [] } = graph.edge(`${from}`, `${to}`) as { points?: Point[] };
    // From one column to the next it needs none.
    return points.length <= 3 ? [] : points.slice(1, -1).map(({ x, y }) => ({ x, y }));
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { corners, bends, width, height };
};
