import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { countText } from "../../parts/format.ts";

const FIRST = 10;

interface FoldedListProps<T> {
  items: readonly T[];
  draw(item: T): ComponentChildren;
}

/** The first of a list, and the rest where it is asked for. */
export function FoldedList<T>({ items, draw }: FoldedListProps<T>) {
  const [isOpen, setOpen] = useState(false);
  const rest = items.length - FIRST;
  return (
    <>
      <ul class="facts-list">
        {(isOpen ? items : items.slice(0, FIRST)).map((item, place) => (
          <li key={place}>{draw(item)}</li>
        ))}
      </ul>
      {rest > 0 && !isOpen ? (
        <button type="button" onClick={() => setOpen(true)}>
          Show {countText(rest, "more", "more")}
        </button>
      ) : null}
    </>
  );
}
