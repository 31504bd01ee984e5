import type { Point, Size } from "./layout-types.ts";

/** What of a drawing is seen: a point p of it stands at `x + p.x * scale` of the window. */
export interface Viewport extends Point {
  scale: number;
}

const SMALLEST = 0.04;
const LARGEST = 2.5;
const MARGIN = 16;
/** Smaller than that its text cannot be read. */
const READABLE = 0.62;

/** The point of the window at which it is zoomed stays where it is. */
export function zoomAt({ x, y, scale }: Viewport, factor: number, at: Point): Viewport {
  const next = Math.min(LARGEST, Math.max(SMALLEST, scale * factor));
  const grows = next / scale;
  return { scale: next, x: at.x - (at.x - x) * grows, y: at.y - (at.y - y) * grows };
}

export function panBy({ x, y, scale }: Viewport, by: Point): Viewport {
  return { scale, x: x + by.x, y: y + by.y };
}

/** All of it, in the middle; not larger than it is. */
export function fitAll(drawing: Size, window: Size): Viewport {
  const across = (window.width - 2 * MARGIN) / Math.max(1, drawing.width);
  const down = (window.height - 2 * MARGIN) / Math.max(1, drawing.height);
  const scale = Math.max(SMALLEST, Math.min(1, across, down));
  return {
    scale,
    x: (window.width - drawing.width * scale) / 2,
    y: (window.height - drawing.height * scale) / 2,
  };
}

/** How it is seen first: all of it where that can be read, else its beginning. */
export function firstView(drawing: Size, window: Size): Viewport {
  const all = fitAll(drawing, window);
  return all.scale >= READABLE ? all : { scale: Math.max(READABLE, all.scale), x: MARGIN, y: MARGIN };
}

/** Moved as little as shows a card wholly. */
export function reveal(view: Viewport, card: Point & Size, window: Size): Viewport {
  return {
    scale: view.scale,
    x: shifted(view.x, view.x + card.x * view.scale, card.width * view.scale, window.width),
    y: shifted(view.y, view.y + card.y * view.scale, card.height * view.scale, window.height),
  };
}

function shifted(origin: number, start: number, length: number, window: number): number {
  if (start < MARGIN || length > window) return origin + MARGIN - start;
  const over = start + length - (window - MARGIN);
  return over > 0 ? origin - over : origin;
}

/** What two fingers did: from where they were to where they are. */
export function pinch(view: Viewport, was: readonly [Point, Point], is: readonly [Point, Point]): Viewport {
  const before = distance(...was);
  const middle = between(...was);
  const now = between(...is);
  const moved = panBy(view, { x: now.x - middle.x, y: now.y - middle.y });
  return before === 0 ? moved : zoomAt(moved, distance(...is) / before, now);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
