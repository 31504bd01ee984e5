const LONGEST = 200;

/** The first line of a result that says something, for lists: no heading marks, at most 200 characters. */
export function summaryOf(results: string): string {
  for (const line of results.slice(0, 4000).split("\n")) {
    const text = line.replace(/^[#>*\-\s]+/, "").trim();
    if (text !== "" && !text.startsWith("```"))
      return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  }
  return "";
}
