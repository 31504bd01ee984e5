import { useState } from "preact/hooks";
import { cutText } from "./format.ts";

/** A text in a few lines, and a way to see the whole of it. */
export function CutText({ text, most = 400 }: { text: string; most?: number }) {
  const [isWhole, setWhole] = useState(false);
  const cut = cutText(text, most);
  if (isWhole || cut === text) return <>{text}</>;
  return (
    <>
      {cut}…{" "}
      <button type="button" class="copy" onClick={() => setWhole(true)}>
        Show all
      </button>
    </>
  );
}
