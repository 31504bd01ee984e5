import type { PlacedGroup, PlaceGroup } from "./layout-types.ts";

const MOST = 300;

/** Places groups of the same shape once: parts of a job are often alike, and opening one part moves few others. */
export function rememberGroups(placeGroup: PlaceGroup): PlaceGroup {
  const known = new Map<string, PlacedGroup>();
  return (sizes, edges) => {
    const shape = `${sizes.map(({ width, height }) => `${width}x${height}`).join()};${edges.join(";")}`;
    const placed = known.get(shape) ?? placeGroup(sizes, edges);
    if (known.size >= MOST) known.clear();
    known.set(shape, placed);
    return placed;
  };
}
