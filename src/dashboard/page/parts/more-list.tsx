import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { countText } from "./format.ts";

interface MoreListProps<T> {
  items: readonly T[];
  /** So many are shown at first, and so many more at a time. */
  most: number;
  /** What one is called, for the button. */
  one: string;
  children(shown: readonly T[]): ComponentChildren;
}

/** The first of a long list, and a way to see the rest. */
export function MoreList<T>({ items, most, one, children }: MoreListProps<T>) {
  const [count, setCount] = useState(most);
  const rest = items.length - count;
  return (
    <>
      {children(items.slice(0, count))}
      {rest > 0 ? (
        <p>
          <button type="button" onClick={() => setCount(count + most * 5)}>
            Show more ({countText(rest, `more ${one}`, `more ${one}s`)})
          </button>
        </p>
      ) : null}
    </>
  );
}
