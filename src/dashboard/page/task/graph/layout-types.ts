export interface Size {
  width: number;
  height: number;
}
export interface Point {
  x: number;
  y: number;
}

/** Siblings in their places, the first corner at 0, 0. */
export interface PlacedGroup extends Size {
  /** The upper left corner of each. */
  corners: Point[];
  /** For each edge the points between its ends: where it has to go around others. */
  bends: Point[][];
}

/** @param edges from a place in `sizes` to another; there are no cycles */
export type PlaceGroup = (
  sizes: readonly Size[],
  edges: readonly (readonly [number, number])[],
) => PlacedGroup;

/** Between cards, in units of the drawing. */
export const GAP = { across: 44, down: 14 };
