import type { Key } from "./keys.ts";

interface Typed {
  text: string;
  /** Before which character of the text; code units. */
  cursor: number;
}

/** A line after a key, with the keys that shells have. */
export function edited({ text, cursor }: Typed, key: Key): Typed {
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  const last = lastOf(before);
  switch (key.key) {
    case "text":
      return { text: before + key.text + after, cursor: cursor + key.text.length };
    case "paste": {
      // A line is one line: what was several is joined.
      const pasted = key.text.replace(/\s*[\r\n]+\s*/g, " ").replace(/\p{Cc}/gu, "");
      return { text: before + pasted + after, cursor: cursor + pasted.length };
    }
    case "backspace":
      return { text: before.slice(0, before.length - last) + after, cursor: cursor - last };
    case "delete":
    case "ctrl-d":
      return { text: before + after.slice(firstOf(after)), cursor };
    case "left":
    case "ctrl-b":
      return { text, cursor: cursor - last };
    case "right":
    case "ctrl-f":
      return { text, cursor: cursor + firstOf(after) };
    case "home":
    case "ctrl-a":
      return { text, cursor: 0 };
    case "end":
    case "ctrl-e":
      return { text, cursor: text.length };
    case "ctrl-u":
      return { text: after, cursor: 0 };
    case "ctrl-k":
      return { text: before, cursor };
    case "ctrl-w": {
      const kept = before.replace(/\S+\s*$/, "");
      return { text: kept + after, cursor: kept.length };
    }
    default:
      return { text, cursor };
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstOf(text: string): number {
  const [first] = graphemes.segment(text);
  return first?.segment.length ?? 0;
}

function lastOf(text: string): number {
  return [...graphemes.segment(text)].at(-1)?.segment.length ?? 0;
}
