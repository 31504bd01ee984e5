import matter from "gray-matter";
import { ClawflowError } from "./errors.ts";
import { parseYaml } from "./parse-yaml.ts";
import { foundText, isPlainObject } from "./plain-value.ts";
import { wellFormed } from "./well-formed.ts";

const FENCE = "---";
/** See `checkBlanks`. */
const MAX_BLANKS = 200;

export interface HeadLimits {
  characters: number;
  /** Where it is no plain YAML: the yaml package takes up to a kilobyte of memory for each. */
  values: number;
}

/**
 * Of a message: room for 1,000 attachments. The yaml package takes about five seconds for a head of 4 MiB that is made to be slow, and
 * nobody else is served meanwhile.
 */
export const MESSAGE_HEAD: HeadLimits = { characters: 256 * 1024, values: 20_000 };
const ANY_HEAD: HeadLimits = { characters: Number.POSITIVE_INFINITY, values: Number.POSITIVE_INFINITY };

/**
 * The frontmatter of a Markdown text and its body, which comes back byte for byte but for NUL, which is U+FFFD. A byte order mark and CRLF are
 * tolerated in the head.
 *
 * @throws E_FRONTMATTER if the text does not begin with a line that is exactly `---`, no later line is exactly that, or
 * what stands between is not a YAML map as `parseYaml` demands; E_TOO_LARGE if that is above the limits
 */
export function splitFrontmatter(
  text: string,
  limits = ANY_HEAD,
): { data: Record<string, unknown>; body: string } {
  const { start, end, bodyStart } = frontmatterPlace(text);
  if (end - start > limits.characters) {
    throw new ClawflowError("E_TOO_LARGE", "too large", {
      at: "frontmatter",
      expected: `at most ${limits.characters} characters`,
      found: `${end - start}`,
      hint: "Long texts belong into the body",
    });
  }
  return { data: parseHead(text.slice(start, end), limits.values), body: wellFormed(text.slice(bodyStart)) };
}

/** Whether the lines of a text end as they do on Windows: its first one tells. */
export function hasCrlf(text: string): boolean {
  return text.charAt(text.indexOf("\n") - 1) === "\r";
}

/** A text whose lines end in CRLF with plain line ends: they are the file's way, not part of what it says. */
export function plainLineEnds(text: string): string {
  return hasCrlf(text) ? text.replaceAll("\r\n", "\n") : text;
}

/** Where the head and the body of a Markdown text stand in it. @throws E_FRONTMATTER */
export function frontmatterPlace(text: string): { start: number; end: number; bodyStart: number } {
  const start = headStart(text);
  return { start, ...headEnd(text, start) };
}

/** `yamlText` ends with a newline. The opposite of `splitFrontmatter`. */
export function joinFrontmatter(yamlText: string, body: string): string {
  return `${FENCE}\n${yamlText}${FENCE}\n${body}`;
}

/** The text of UTF-8 bytes, without a byte order mark. @throws E_UTF8 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ClawflowError("E_UTF8", "not valid UTF-8", {
      expected: "a text file in UTF-8",
      found: `${bytes.length} bytes that are not`,
      cause: error,
    });
  }
}

function headStart(text: string): number {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const newline = text.indexOf("\n", start);
  const line = text.slice(start, newline === -1 ? undefined : newline).replace(/\r$/, "");
  if (line === FENCE && newline !== -1) return newline + 1;
  throw new ClawflowError("E_FRONTMATTER", "no frontmatter", {
    at: "line 1",
    expected: "a first line that is exactly ---",
    found: foundText(line.slice(0, 80)),
  });
}

function headEnd(text: string, start: number): { end: number; bodyStart: number } {
  for (let at = start; at <= text.length; ) {
    const newline = text.indexOf("\n", at);
    const lineEnd = newline === -1 ? text.length : newline;
    if (text.startsWith(FENCE, at)) {
      const rest = text.slice(at + FENCE.length, lineEnd);
      if (rest === "" || rest === "\r") {
        return { end: at, bodyStart: newline === -1 ? text.length : newline + 1 };
      }
      // gray-matter would take this line for the end; in YAML it begins another document or is a key nobody needs.
      throw new ClawflowError("E_FRONTMATTER", "a line that begins with --- inside the frontmatter", {
        expected: "a closing line that is exactly ---",
        found: foundText(text.slice(at, Math.min(lineEnd, at + 80))),
      });
    }
    if (newline === -1) break;
    at = newline + 1;
  }
  throw new ClawflowError("E_FRONTMATTER", "unclosed frontmatter", {
    expected: "a closing line that is exactly ---",
    found: "the end of the text",
  });
}

function parseHead(head: string, maxValues: number): Record<string, unknown> {
  checkBlanks(head);
  const { data } = matter(`${FENCE}\n${head}${FENCE}`, optionsFor(maxValues)) as { data: unknown };
  if (isPlainObject(data)) return data;
  throw new ClawflowError("E_FRONTMATTER", "not a map", {
    expected: "lines of the form key: value",
    found: foundText(data),
  });
}

/**
 * gray-matter looks for comments with a pattern whose time grows with the square of a run of blank lines, so long runs are
 * refused before it sees them.
 */
function checkBlanks(head: string): void {
  let lineStart = true;
  let run = 0;
  for (let at = 0; at < head.length; at++) {
    const code = head.charCodeAt(at);
    if (code <= 0x20 || code === 0xa0 || code === 0xfeff || (code >= 0x1680 && /\s/.test(head.charAt(at)))) {
      if (lineStart) run += 1;
      if (code === 0x0a) lineStart = true;
      if (run > MAX_BLANKS) {
        throw new ClawflowError("E_FRONTMATTER", "too many blank lines or too much indentation", {
          expected: `at most ${MAX_BLANKS} blanks in a row`,
        });
      }
    } else {
      lineStart = false;
      run = 0;
    }
  }
}

function refuse(): never {
  throw new ClawflowError("E_FRONTMATTER", "frontmatter is YAML and nothing else", {
    expected: "a first line that is exactly ---",
  });
}

const REFUSING = { parse: refuse, stringify: refuse };

const OTHER_ENGINES = {
  javascript: REFUSING,
  js: REFUSING,
  json: REFUSING,
  coffee: REFUSING,
  coffeescript: REFUSING,
  cson: REFUSING,
  toml: REFUSING,
};

/**
 * Always given to gray-matter: without options it caches every text for ever, and by default it runs JavaScript
 * frontmatter. Only the head is ever given to it, never a body.
 */
function optionsFor(maxValues: number) {
  // It gives the head with the line break before it and without the one at its end.
  const parse = (text: string) => parseYaml(`${text.slice(1)}\n`, "E_FRONTMATTER", 2, maxValues) as object;
  return { language: "yaml", engines: { yaml: { parse, stringify: refuse }, ...OTHER_ENGINES } };
}
