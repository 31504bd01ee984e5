import { GAP, type PlacedGroup, type Size } from "./layout-types.ts";

/** Higher than so much, they stand in several columns. */
const HIGH = 900;
/** A drawing is about so much wider than high. */
const WIDER = 1.4;

/** What hangs together with none of the others: in a column, or in several of about the same height. */
export function stackGroup(sizes: readonly Size[]): PlacedGroup {
  const total = sizes.reduce((sum, { height }) => sum + height + GAP.down, 0);
  const widest = Math.max(...sizes.map(({ width }) => width), 0) + GAP.across;
  const most = total <= HIGH ? total : Math.max(HIGH, Math.sqrt((total * widest) / WIDER));
  const placed: PlacedGroup = { corners: [], bends: [], width: 0, height: 0 };
  let x = 0;
  let y = 0;
  let columnWidth = 0;
  for (const { width, height } of sizes) {
    if (y > 0 && y + height > most) {
      x += columnWidth + GAP.across;
      y = 0;
      columnWidth = 0;
    }
    placed.corners.push({ x, y });
    columnWidth = Math.max(columnWidth, width);
    placed.width = Math.max(placed.width, x + width);
    placed.height = Math.max(placed.height, y + height);
    y += height + GAP.down;
  }
  return placed;
}
