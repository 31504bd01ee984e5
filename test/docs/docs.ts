import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

export function readDoc(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

/** The Markdown that people read, relative to the project. */
export function allDocs(): string[] {
  const top = readdirSync(PROJECT).filter((name) => /^[A-Z]+\.md$/.test(name) && name !== "AUDIT.md");
  const below = ["docs", "examples", "skills"].flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)))
      .filter((path) => !path.includes(".clawflow/")),
  );
  return [...top, ...below];
}

export interface Fence {
  /** All that stands behind the opening backticks. */
  info: string;
  text: string;
}

/** Fenced blocks; the text ends with a newline. A block that holds fences is fenced with more backticks. */
export function fences(markdown: string): Fence[] {
  return [...markdown.matchAll(/^(`{3,})(.*)\n([\s\S]*?)^\1$/gm)].map(([, , info = "", text = ""]) => ({
    info: info.trim(),
    text,
  }));
}

/** The text from a heading to the next of its level or a higher one that stands outside of fences. @throws when there is no such heading */
export function sectionOf(markdown: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  const ends = new RegExp(`^#{1,${level}} `);
  const section: string[] = [];
  let fenced = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    if (section.length > 0 && !fenced && ends.test(line)) break;
    if (section.length > 0 || (!fenced && line === heading)) section.push(line);
  }
  if (section.length === 0) throw new Error(`there is no heading "${heading}"`);
  return section.join("\n");
}

/** The cells of all tables, without their heads. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split("\n");
  return lines.flatMap((line, index) => {
    const isBody = line.startsWith("| ") && !isRule(line) && !isRule(lines[index + 1] ?? "");
    return isBody ? [cells(line)] : [];
  });
}

/** Words in backticks of a cell, such as the names of fields. */
export function codeWords(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

function isRule(line: string): boolean {
  return /^\|[ :|-]+\|$/.test(line);
}

function cells(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
