import { expect, test } from "vitest";
import {
  firstView,
  fitAll,
  pinch,
  reveal,
  type Viewport,
  zoomAt,
} from "../../../src/dashboard/page/task/graph/viewport.ts";

const window = { width: 400, height: 300 };
const pointOf = ({ x, y, scale }: Viewport, at: { x: number; y: number }) => ({
  x: (at.x - x) / scale,
  y: (at.y - y) / scale,
});

test("what is under the pointer stays there while it is zoomed, and there are limits", () => {
  const view = { x: 30, y: -20, scale: 0.8 };
  const at = { x: 200, y: 100 };
  const near = zoomAt(view, 1.5, at);
  expect(near.scale).toBeCloseTo(1.2);
  expect(pointOf(near, at).x).toBeCloseTo(pointOf(view, at).x);
  expect(pointOf(near, at).y).toBeCloseTo(pointOf(view, at).y);
  expect(zoomAt(view, 1000, at).scale).toBe(2.5);
  expect(zoomAt(view, 0, at).scale).toBe(0.04);
});

test("two fingers move and zoom at once", () => {
  const view = { x: 0, y: 0, scale: 1 };
  const was = [
    { x: 100, y: 100 },
    { x: 200, y: 100 },
  ] as const;
  const is = [
    { x: 100, y: 120 },
    { x: 300, y: 120 },
  ] as const;
  const after = pinch(view, was, is);
  expect(after.scale).toBe(2);
  expect(pointOf(after, is[0]).x).toBeCloseTo(100);
  expect(pointOf(after, is[1]).y).toBeCloseTo(100);
  expect(pinch(view, [was[0], was[0]], is).scale).toBe(1);
});

test("a small drawing is seen whole, in its own size; of a large one its beginning, where it can be read", () => {
  expect(fitAll({ width: 100, height: 50 }, window)).toEqual({ scale: 1, x: 150, y: 125 });
  expect(firstView({ width: 100, height: 50 }, window).scale).toBe(1);
  expect(fitAll({ width: 4000, height: 3000 }, window).scale).toBeCloseTo(268 / 3000);
  expect(firstView({ width: 4000, height: 3000 }, window)).toMatchObject({ x: 16, y: 16 });
  expect(firstView({ width: 4000, height: 3000 }, window).scale).toBeGreaterThan(0.5);
});

test("a card that is chosen comes into sight, and nothing moves where it is in sight", () => {
  const card = { x: 1000, y: 50, width: 200, height: 50 };
  const view = { x: 0, y: 0, scale: 1 };
  expect(reveal(view, card, window)).toEqual({ scale: 1, x: -816, y: 0 });
  expect(reveal({ ...view, x: -900 }, card, window)).toEqual({ scale: 1, x: -900, y: 0 });
  expect(reveal({ ...view, x: -1100 }, card, window).x).toBe(-984);
});
