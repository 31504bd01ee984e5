import { useState } from "preact/hooks";
import { countText, cutText } from "./format.ts";

const FIRST = 20_000;
const MORE = 200_000;

/** A text as it stands, to be read further piece by piece: a browser does not draw 20 MB at once. */
export function LongText({ text, first = FIRST }: { text: string; first?: number }) {
  const [most, setMost] = useState(first);
  const shown = cutText(text, most);
  const rest = text.length - shown.length;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre class="raw" dir="auto" tabIndex={0}>
        {shown}
      </pre>
      {rest > 0 ? (
        <p class="quiet">
          {countText(rest, "more character")}.{" "}
          <button type="button" onClick={() => setMost(most + MORE)}>
            Show more
          </button>
        </p>
      ) : null}
    </>
  );
}
