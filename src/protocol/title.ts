const MAX_TITLE = 100;

/** A title of instructions: their first line that is not blank, without heading marks, at most 100 characters. */
export function titleFrom(instructions: string): string {
  const line = /[^\n]*\S[^\n]*/.exec(instructions)?.[0] ?? "";
  const text = oneLine(line.replace(/^\s*#{1,6}\s+/, "").replace(/^task:\s*/i, ""));
  if (text.length <= MAX_TITLE) return text;
  // Cut between characters, not inside of one.
  return `${text
    .slice(0, MAX_TITLE - 1)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd()}…`;
}

/** A title stands on one line: every run of blanks becomes one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The title of a heading `# Task: <title>`. */
export function parseTitle(heading: { title: string } | undefined): string {
  return oneLine(heading?.title.replace(/^task:/i, "") ?? "");
}
