import type { ComponentChildren } from "preact";

/** Nothing is there, which is no fault. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** It is asked for, and was not answered yet. */
export function Loading() {
  return <p class="empty loading">Looking …</p>;
}
