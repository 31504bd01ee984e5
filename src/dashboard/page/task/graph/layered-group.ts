import { GAP, type PlacedGroup, type Size } from "./layout-types.ts";

const SWEEPS = 4;

/**
 * Siblings in columns, each after all that it waits for, near to these. For plans of hundreds, which a layout with the fewest crossings
 * would take seconds for.
 */
export function layeredGroup(
  sizes: readonly Size[],
  edges: readonly (readonly [number, number])[],
): PlacedGroup {
  const before = neighbours(sizes.length, edges, 1, 0);
  const after = neighbours(sizes.length, edges, 0, 1);
  const columns = columnsOf(ranksOf(before));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const places = placesOf(columns);
    const near = sweep % 2 === 0 ? before : after;
    for (const column of columns) sortByMean(column, near, places);
  }
  return place(columns, sizes, edges.length);
}

function neighbours(
  count: number,
  edges: readonly (readonly [number, number])[],
  of: 0 | 1,
  are: 0 | 1,
): number[][] {
  const lists = Array.from({ length: count }, (): number[] => []);
  for (const edge of edges) lists[edge[of]]?.push(edge[are]);
  return lists;
}

/** How many must be done one after another before each. What waits for itself in the end, which no plan may, is put first. */
function ranksOf(before: readonly (readonly number[])[]): number[] {
  const ranks: number[] = [];
  const rankOf = (node: number): number => {
    const known = ranks[node];
    if (known !== undefined) return known;
    ranks[node] = 0;
    const rank = Math.max(0, ...(before[node] ?? []).map((one) => rankOf(one) + 1));
    ranks[node] = rank;
    return rank;
  };
  return before.map((_, node) => rankOf(node));
}

function columnsOf(ranks: readonly number[]): number[][] {
  const columns: number[][] = [];
  ranks.forEach((rank, node) => {
    columns[rank] ??= [];
    columns[rank].push(node);
  });
  return columns.filter((column) => column !== undefined);
}

/** Of each in its column, 0 to 1. */
function placesOf(columns: readonly (readonly number[])[]): number[] {
  const places: number[] = [];
  for (const column of columns) {
    column.forEach((node, at) => {
      places[node] = (at + 0.5) / column.length;
    });
  }
  return places;
}

function sortByMean(column: number[], near: readonly (readonly number[])[], places: readonly number[]): void {
  const means = new Map(
    column.map((node) => {
      const of = near[node] ?? [];
      const sum = of.reduce((total, one) => total + (places[one] ?? 0), 0);
      return [node, of.length === 0 ? (places[node] ?? 0) : sum / of.length];
    }),
  );
  column.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
}

function place(columns: readonly (readonly number[])[], sizes: readonly Size[], edges: number): PlacedGroup {
  const placed: PlacedGroup = {
    corners: sizes.map(() => ({ x: 0, y: 0 })),
    bends: Array.from({ length: edges }, () => []),
    width: 0,
    height: 0,
  };
  let x = 0;
  for (const column of columns) {
    let y = 0;
    let width = 0;
    for (const node of column) {
      const size = sizes[node] ?? { width: 0, height: 0 };
      placed.corners[node] = { x, y };
      y += size.height + GAP.down;
      width = Math.max(width, size.width);
    }
    placed.height = Math.max(placed.height, y - GAP.down);
    placed.width = x + width;
    x += width + GAP.across;
  }
  return placed;
}
