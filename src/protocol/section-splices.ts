import { formatSection, parseSections, type Section } from "./sections.ts";
import type { Splice } from "./splice.ts";

/** What stands below a heading replaced by a text; the heading stays as it is, and so do the blank lines around the text. */
export function contentSplice(body: string, section: Section, name: string, text: string): Splice {
  const [, from, to] = section.at;
  const old = body.slice(from, to);
  const whole = formatSection(section.title, section.level, name, text);
  const content = whole.slice(whole.indexOf("\n") + 1);
  const start = body.charAt(from - 1) === "\n" ? "" : "\n";
  if (old.trim() === "" || text === "") return { from, to, text: start + content };
  const before = old.slice(0, old.length - old.trimStart().length);
  const behind = old.slice(old.trimEnd().length);
  const newline = behind.indexOf("\n");
  const lead = before.slice(0, before.lastIndexOf("\n") + 1);
  const trail = newline === -1 ? "" : behind.slice(newline);
  return { from, to, text: lead + content.slice(1, -2) + trail };
}

/** New sections, with a blank line before them. */
export function insertedSections(body: string, at: number, text: string): Splice {
  let lead = "";
  if (at > 0 && body.charAt(at - 1) !== "\n") lead = "\n\n";
  else if (at > 0 && !/\n[ \t\r]*\n$/.test(body.slice(Math.max(0, at - 200), at))) lead = "\n";
  return { from: at, to: at, text: lead + text };
}

/** Whether a heading below what stands there would be taken for text, because a fence is open. */
export function hasOpenFence(body: string, section: Section | undefined): boolean {
  const text = section === undefined ? body : body.slice(section.at[0], section.at[2]);
  const { sections } = parseSections(`${text}\n###### end\n`, ({ level, title }) => {
    if (level === 6 && title === "end") return "end";
    return level === section?.level && title === section.title ? "this" : undefined;
  });
  return !sections.some(({ key }) => key === "end");
}
