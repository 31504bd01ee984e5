import type { Point } from "./layout-types.ts";
import type { ViewportControl } from "./use-viewport.ts";

/** Moved by less it is a click. */
const SLACK = 4;

/** Wheel, drag and two fingers move a drawing, until the returned function is called. */
export function followPointers(box: HTMLElement, viewport: () => ViewportControl): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const pointers = new Map<number, Point>();
  let start: Point | undefined;
  let isDrag = false;
  const at = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = box.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    // Lines or pages, where a mouse counts in these; a notch is about a quarter larger.
    const pixels = event.deltaY * (event.deltaMode === 0 ? 1 : 30);
    if (event.shiftKey) viewport().pan({ x: -(pixels || event.deltaX), y: 0 });
    else
      viewport().zoom(
        Math.exp(-Math.max(-200, Math.min(200, pixels)) * (event.ctrlKey ? 0.01 : 0.002)),
        at(event),
      );
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, at(event));
    start = at(event);
    isDrag = pointers.size > 1;
  };
  const move = (event: PointerEvent) => {
    const was = pointers.get(event.pointerId);
    if (was === undefined) return;
    const is = at(event);
    if (!isDrag && start !== undefined && Math.hypot(is.x - start.x, is.y - start.y) < SLACK) return;
    if (!box.hasPointerCapture(event.pointerId)) box.setPointerCapture(event.pointerId);
    isDrag = true;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) viewport().pan({ x: is.x - was.x, y: is.y - was.y });
    else viewport().pinch([was, other], [is, other]);
    pointers.set(event.pointerId, is);
  };
  const up = (event: PointerEvent) => void pointers.delete(event.pointerId);
  /** What ends a drag selects nothing. */
  const click = (event: MouseEvent) => {
    if (isDrag) event.stopPropagation();
    isDrag = false;
  };
  box.addEventListener("wheel", wheel, { signal, passive: false });
  box.addEventListener("pointerdown", down, { signal });
  box.addEventListener("pointermove", move, { signal });
  box.addEventListener("pointerup", up, { signal });
  box.addEventListener("pointercancel", up, { signal });
  box.addEventListener("click", click, { signal, capture: true });
  return () => ended.abort();
}
