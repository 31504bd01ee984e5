// Findings as a letter between agents: a line that people read in the mailbox, and one line of JSON that programs read.
import { bound } from "./findings.mjs";
import { plural, size } from "./text.mjs";

export function formatFindings(findings) {
  return `${summary(findings)}\n\n\`\`\`json\n${JSON.stringify(bound(findings))}\n\`\`\`\n`;
}

/** All findings in a text, which may hold several letters; one that is there twice counts once. */
export function parseFindings(text) {
  const lines = new Set(text.split("\n").map((line) => line.trim()));
  return [...lines].filter((line) => line.startsWith('{"audit":1,')).map((line) => JSON.parse(line));
}

/** `src/loop: 14 files, 1,200 lines (52 kB), 2 notes, 1 likely secret.` */
export function summary(findings) {
  const { counts } = findings;
  const parts = [
    `${plural(counts.files ?? 0, "file")}, ${plural(counts.lines ?? 0, "line")} (${size(counts.bytes ?? 0)})`,
  ];
  if (counts.markers) parts.push(plural(counts.markers, "note to come back to", "notes to come back to"));
  if (counts.secrets) parts.push(plural(counts.secrets, "likely secret"));
  if (counts.links) parts.push(plural(counts.links, "broken link"));
  if (counts.unread) parts.push(`${counts.unread} not read`);
  if (counts.missing) parts.push(`${plural(counts.missing, "piece")} not looked at`);
  return `${findings.area}: ${parts.join(", ")}.`;
}
