// Markdown from text that may hold anything.

/** Text in backticks, enough of them, on one line; also inside a table. */
export function code(text) {
  const line = String(text)
    .replace(/\p{Cc}/gu, "?")
    .replace(/\|/g, "\\|");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest === 0 ? `\`${line}\`` : `${ticks} ${line} ${ticks}`;
}

/** Text as it stands, so that nothing in it is taken for Markdown or HTML. */
export function plain(text) {
  return String(text)
    .replace(/[\\`*_[\]<>|#~]/g, "\\$&")
    .replace(/\s+/g, " ");
}

/** `align` has one letter a column: l or r. */
export function table(align, head, rows) {
  const rule = [...align].map((side) => (side === "r" ? "---:" : "---"));
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** A heading and what is under it, or nothing where there is nothing to say. */
export function section(title, ...blocks) {
  const kept = blocks.filter((block) => block !== "");
  return kept.length === 0 ? "" : `## ${title}\n\n${kept.join("\n\n")}\n`;
}

/** How many of a list are shown, when it is not all. */
export function shown(list, total) {
  return total > list.length ? `The first ${list.length} of ${total}.` : "";
}
