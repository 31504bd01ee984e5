import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { CARD, type GraphLayout } from "./layout-graph.ts";
import type { Point, Size } from "./layout-types.ts";
import { firstView, fitAll, panBy, pinch, reveal, type Viewport, zoomAt } from "./viewport.ts";

export interface ViewportControl {
  window: RefObject<SVGSVGElement | null>;
  drawing: RefObject<SVGGElement | null>;
  zoom(factor: number, at?: Point): void;
  pan(by: Point): void;
  pinch(was: readonly [Point, Point], is: readonly [Point, Point]): void;
  fit(): void;
  reveal(key: string): void;
  /** Nothing but a person moves it from now on. */
  hold(): void;
}

/** Smaller than that the texts of cards are not drawn: they could not be read, and cost the most. */
const LEGIBLE = 0.35;

/** What of the drawing is seen. It is moved without drawing anything of it again. */
export function useViewport(layout: GraphLayout | undefined): ViewportControl {
  const window = useRef<SVGSVGElement>(null);
  const drawing = useRef<SVGGElement>(null);
  const view = useRef<Viewport | undefined>(undefined);
  const isTouched = useRef(false);
  const known = useRef(layout);
  known.current = layout;
  const frame = useRef(0);
  const show = (next: Viewport) => {
    view.current = next;
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      apply(drawing.current, view.current);
    });
  };
  // Once somebody has moved it, it stays there when tasks come or go.
  useLayoutEffect(() => {
    const size = sizeOf(window.current);
    if (layout === undefined || size === undefined) return;
    if (view.current === undefined || !isTouched.current) view.current = firstView(layout, size);
    apply(drawing.current, view.current);
  }, [layout]);
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current), []);
  // Of another size, it is seen as at first, as long as nobody has moved it.
  const isThere = layout !== undefined;
  useLayoutEffect(() => {
    if (!isThere || window.current === null) return;
    const observer = new ResizeObserver(() => {
      const size = sizeOf(window.current);
      if (!isTouched.current && size !== undefined && known.current !== undefined)
        show(firstView(known.current, size));
    });
    observer.observe(window.current);
    return () => observer.disconnect();
  }, [isThere]);
  const change = (make: (view: Viewport, size: Size, layout: GraphLayout) => Viewport) => {
    const size = sizeOf(window.current);
    if (view.current === undefined || size === undefined || known.current === undefined) return;
    isTouched.current = true;
    show(make(view.current, size, known.current));
  };
  return {
    window,
    drawing,
    zoom: (factor, at) =>
      change((now, { width, height }) => zoomAt(now, factor, at ?? { x: width / 2, y: height / 2 })),
    pan: (by) => change((now) => panBy(now, by)),
    pinch: (was, is) => change((now) => pinch(now, was, is)),
    fit: () => change((_, size, all) => fitAll(all, size)),
    hold: () => {
      isTouched.current = true;
    },
    reveal: (key) =>
      change((now, size, { cards }) => {
        const card = cards.get(key);
        return card === undefined ? now : reveal(now, { ...card, ...CARD }, size);
      }),
  };
}

function sizeOf(window: SVGSVGElement | null): Size | undefined {
  const box = window?.getBoundingClientRect();
  return box === undefined || box.width === 0 ? undefined : { width: box.width, height: box.height };
}

function apply(drawing: SVGGElement | null, view: Viewport | undefined): void {
  if (drawing === null || view === undefined) return;
  drawing.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  drawing.classList.toggle("far", view.scale < LEGIBLE);
}
