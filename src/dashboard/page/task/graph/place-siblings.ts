import type { PlacedGroup, PlaceGroup, Point, Size } from "./layout-types.ts";
import { stackGroup } from "./stack-group.ts";

type Edge = readonly [from: number, to: number];

/** Siblings that hang together, each lot in the order of its dependencies; the lots in columns of about the same height. */
export function placeSiblings(
  sizes: readonly Size[],
  edges: readonly Edge[],
  placeGroup: PlaceGroup,
): PlacedGroup {
  const lots = lotsOf(sizes.length, edges);
  const placed = lots.map((members) => placeLot(members, sizes, edges, placeGroup));
  const stack = stackGroup(placed);
  const corners: Point[] = [];
  const bends: Point[][] = edges.map(() => []);
  lots.forEach((members, lot) => {
    const { x, y } = stack.corners[lot] ?? { x: 0, y: 0 };
    const move = (at: Point | undefined) => ({ x: x + (at?.x ?? 0), y: y + (at?.y ?? 0) });
    members.forEach((node, at) => {
      corners[node] = move(placed[lot]?.corners[at]);
    });
    innerEdges(members, edges).forEach(({ place }, at) => {
      bends[place] = (placed[lot]?.bends[at] ?? []).map(move);
    });
  });
  return { corners, bends, width: stack.width, height: stack.height };
}

function placeLot(
  members: readonly number[],
  sizes: readonly Size[],
  edges: readonly Edge[],
  placeGroup: PlaceGroup,
): PlacedGroup {
  const own = members.map((node) => sizes[node] ?? { width: 0, height: 0 });
  if (own.length === 1) return stackGroup(own);
  return placeGroup(
    own,
    innerEdges(members, edges).map(({ edge }) => edge),
  );
}

/** The edges of a lot, by places in it, and their own places among all. */
function innerEdges(
  members: readonly number[],
  edges: readonly Edge[],
): { place: number; edge: [number, number] }[] {
  const at = new Map(members.map((node, index) => [node, index]));
  return edges.flatMap(([from, to], place) => {
    const [start, end] = [at.get(from), at.get(to)];
    return start === undefined || end === undefined
      ? []
      : [{ place, edge: [start, end] as [number, number] }];
  });
}

/** Those that edges connect, in any way; each lot, and the lots, in the order of the plan. */
function lotsOf(count: number, edges: readonly Edge[]): number[][] {
  const above = Array.from({ length: count }, (_, node) => node);
  const topOf = (node: number): number => {
    let top = node;
    while (above[top] !== top) top = above[top] ?? top;
    above[node] = top;
    return top;
  };
  for (const [from, to] of edges) {
    const [one, other] = [topOf(from), topOf(to)];
    above[Math.max(one, other)] = Math.min(one, other);
  }
  const lots = new Map<number, number[]>();
  for (let node = 0; node < count; node++) {
    const top = topOf(node);
    lots.set(top, [...(lots.get(top) ?? []), node]);
  }
  return [...lots.values()];
}
