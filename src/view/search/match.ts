import type { Part } from "./searched.ts";

/** So many characters of a text are shown, and so many of them before the first word that was looked for. */
const LENGTH = 200;
const BEFORE = 60;

/**
 * The text that shows best that all words occur: one that has them all, or else of those that have them together the one with most.
 * Words of several subtasks are not counted together, unless the task as a whole has them.
 */
export function matchOf(parts: readonly Part[], words: readonly string[]): Part | undefined {
  const own = parts.filter(({ subtask }) => subtask === undefined);
  const whole = bestOf(own, words);
  if (whole !== undefined) return whole;
  const subtasks = new Set(parts.flatMap(({ subtask }) => (subtask === undefined ? [] : [subtask])));
  for (const id of subtasks) {
    const best = bestOf(
      parts.filter(({ subtask }) => subtask === id),
      words,
    );
    if (best !== undefined) return best;
  }
  const any = bestOf(parts, words);
  return any === undefined ? undefined : { field: any.field, text: any.text };
}

function bestOf(parts: readonly Part[], words: readonly string[]): Part | undefined {
  const missing = new Set(words);
  let best: Part | undefined;
  let most = 0;
  for (const part of parts) {
    const lower = part.text.toLowerCase();
    const here = words.filter((word) => lower.includes(word));
    for (const word of here) missing.delete(word);
    if (here.length <= most) continue;
    most = here.length;
    best = part;
  }
  return missing.size === 0 ? best : undefined;
}

/** On one line, around the first of the words in it. */
export function excerptOf(text: string, words: readonly string[]): string {
  const line = text.replace(/\s+/g, " ").trim();
  const lower = line.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const first = Math.min(line.length, ...places);
  const start = line.length <= LENGTH ? 0 : Math.max(0, Math.min(first - BEFORE, line.length - LENGTH));
  const end = Math.min(line.length, start + LENGTH);
  return `${start > 0 ? "…" : ""}${wholeCharacters(line.slice(start, end))}${end < line.length ? "…" : ""}`;
}

/** Without halves of characters at its ends. */
function wholeCharacters(text: string): string {
  return text.replace(/^[\udc00-\udfff]/, "").replace(/[\ud800-\udbff]$/, "");
}
