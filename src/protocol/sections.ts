import { internal } from "./errors.ts";
import { fenceAfter } from "./fences.ts";
import { sha256 } from "./ids.ts";

/** Anything at the beginning of a line that a reader of Markdown, or of ours, could take for structure. */
const STRUCTURE = /^[ \t]*(?:#|<!--|```|~~~|---)/m;

/**
 * A section that holds `text`: plainly where no reader can mistake it, else between marks whose tag does not occur in it.
 * Either way `parseSections` gives exactly `text` back. `name` is one word, the same for every section of that kind.
 */
export function formatSection(heading: string, level: number, name: string, text: string): string {
  const head = `${"#".repeat(level)} ${heading}\n`;
  if (text === "") return `${head}\n`;
  if (isPlain(text)) return `${head}\n${text}\n\n`;
  const tag = freeTag(text);
  return `${head}\n<!-- begin ${name} ${tag} -->\n${text}\n<!-- end ${name} ${tag} -->\n\n`;
}

function isPlain(text: string): boolean {
  return text.trim() === text && !text.includes("\r") && !STRUCTURE.test(text);
}

/** From the hash of the text, so that the same text is always written in the same way. */
function freeTag(text: string): string {
  const hash = sha256(text);
  for (let length = 4; length <= hash.length; length += 4) {
    if (!text.includes(hash.slice(0, length))) return hash.slice(0, length);
  }
  throw internal("a text holds its own hash");
}

/** A line `## Results`: level 2, title `Results`. */
export interface Heading {
  level: number;
  title: string;
}

export interface Section extends Heading {
  /** What the caller knows it by. */
  key: string;
  text: string;
  /** Where its heading begins in the body, where its content does, and where it ends. */
  at: [heading: number, content: number, end: number];
}

/**
 * Takes a body apart. `keyOf` says which headings are known: their key, or `undefined` for a line that belongs to the text it
 * stands in; `current` is the key of the section in which the heading was found. The first heading of a key counts, later
 * ones are text. Marks go before headings; headings inside fences are text.
 *
 * @returns the text before the first known heading, and the sections in their order; text without marks is trimmed
 */
export function parseSections(
  body: string,
  keyOf: (heading: Heading, current: string | undefined) => string | undefined,
): { before: string; sections: Section[] } {
  const sections: Section[] = [];
  const seen = new Set<string>();
  let before = "";
  let current: Section | undefined;
  let textStart = 0;
  let fence: string | undefined;

  const close = (end: number): void => {
    const text = body.slice(textStart, end).trim();
    if (current === undefined) before = text;
    // What a person added below a marked text is not lost.
    else {
      current.text += current.text === "" || text === "" ? text : `\n\n${text}`;
      current.at[2] = end;
    }
  };

  for (let at = 0; at < body.length; ) {
    const newline = body.indexOf("\n", at);
    const next = newline === -1 ? body.length : newline + 1;
    const first = body.charCodeAt(at);
    if (first === HASH && fence === undefined) {
      const heading = parseHeading(body.slice(at, next));
      const key = heading && keyOf(heading, current?.key);
      if (heading !== undefined && key !== undefined && !seen.has(key)) {
        seen.add(key);
        close(at);
        const marked = parseMarked(body, next);
        current = { key, ...heading, text: marked?.text ?? "", at: [at, next, next] };
        sections.push(current);
        textStart = marked?.end ?? next;
        at = textStart;
        continue;
      }
    } else if (first === SPACE || first === BACKTICK || first === TILDE) {
      fence = fenceAfter(body.slice(at, next), fence);
    }
    at = next;
  }
  close(body.length);
  return { before, sections };
}

const HASH = 0x23;
const SPACE = 0x20;
const BACKTICK = 0x60;
const TILDE = 0x7e;

function parseHeading(line: string): Heading | undefined {
  let level = 1;
  while (line.charCodeAt(level) === HASH) level += 1;
  if (level > 6 || !/\s/.test(line.charAt(level))) return undefined;
  return { level, title: line.slice(level).trim() };
}

const BEGIN = /\s*<!-- begin (\S{1,200} [0-9a-f]{4,64}) -->\r?\n/y;

/** The name and tag in the marks around the text of a section, if it has any. */
export function markOf(body: string, { at: [, content] }: Section): string | undefined {
  return parseMarked(body, content)?.mark;
}

/** The text between marks, if the next line that is not blank is a begin mark and its end mark follows. */
function parseMarked(body: string, from: number): { mark: string; text: string; end: number } | undefined {
  BEGIN.lastIndex = from;
  const mark = BEGIN.exec(body)?.[1];
  if (mark === undefined) return undefined;
  const start = BEGIN.lastIndex;
  const endMark = `\n<!-- end ${mark} -->`;
  // Searched from the newline that ends the begin mark, so that an empty text is found as well.
  const end = body.indexOf(endMark, start - 1);
  if (end === -1) return undefined;
  return { mark, text: end < start ? "" : body.slice(start, end), end: end + endMark.length };
}
