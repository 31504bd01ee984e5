import { Lexer, stringify, type ToStringOptions } from "yaml";
import { splitFrontmatter } from "../../src/protocol/frontmatter.ts";
import { isPlainObject } from "../../src/protocol/plain-value.ts";
import { wellFormed } from "../../src/protocol/well-formed.ts";
import { formatYamlKey, formatYamlMap } from "../../src/protocol/yaml-text.ts";

/** Takes numbers from a list, over and over: the choices of a simulated person. */
export type Choose = (count: number) => number;

export function chooser(numbers: readonly number[]): Choose {
  let at = 0;
  return (count) => (numbers[at++ % numbers.length] ?? 0) % count;
}

/** The text of a task.md as a person could have left it who kept every value: styles, order, comments, blank lines, own keys. */
export function asPerson(canonical: string, choose: Choose): string {
  const { data, body } = splitFrontmatter(canonical);
  return dressed(withOwnKeys(data, choose), personBody(body, choose), choose);
}

/** The same, by a person who changed nothing but comments, order, styles, line ends. */
export function restyled(canonical: string, choose: Choose): string {
  const { data, body } = splitFrontmatter(canonical);
  return dressed(data, body, choose);
}

function dressed(values: Record<string, unknown>, body: string, choose: Choose): string {
  let head = mapText(values, 0, choose, 2);
  if (!sameHead(head, formatYamlMap(values))) head = formatYamlMap(values);
  for (let n = choose(6); n > 0; n--) head = withLine(head, choose, `# note ${n} ${choose(1000)}`);
  for (let n = choose(3); n > 0; n--) head = withLine(head, choose, "");
  let text = `---\n${head}---\n${body}`;
  if (choose(4) === 0) text = text.replaceAll("\n", "\r\n");
  if (choose(4) === 0) text = `\ufeff${text}`;
  return text;
}

function withOwnKeys(data: Record<string, unknown>, choose: Choose): Record<string, unknown> {
  if (choose(2) === 0) return data;
  return { ...data, mine: ["a", { b: 1 }, null, "yes # no"][choose(4)] };
}

const STYLES = [
  { defaultStringType: "QUOTE_SINGLE" },
  { defaultStringType: "QUOTE_DOUBLE", lineWidth: 20 },
  { collectionStyle: "flow" },
  { collectionStyle: "flow", lineWidth: 30 },
  { collectionStyle: "block" },
  { collectionStyle: "block", indentSeq: false, indent: 4 },
  { blockQuote: "folded", lineWidth: 20 },
  { blockQuote: "literal" },
] as const;

/** A block map, its pairs in any order and style; the maps of the first `levels` in block form more often than not. */
function mapText(map: Record<string, unknown>, indent: number, choose: Choose, levels: number): string {
  const pairs = Object.entries(map);
  for (let n = choose(3); n > 0; n--) pairs.push(...pairs.splice(choose(pairs.length), 1));
  return pairs.map(([key, value]) => pairText(key, value, indent, choose, levels)).join("");
}

function pairText(key: string, value: unknown, indent: number, choose: Choose, levels: number): string {
  const blanks = " ".repeat(indent);
  const isMap = isPlainObject(value) && Object.keys(value).length > 0;
  if (isMap && (levels > 0 ? choose(5) > 0 : choose(3) === 0) && /^[a-z][a-z0-9_-]*$/.test(key)) {
    const comment = choose(4) === 0 ? `   # above ${choose(1000)}` : "";
    return `${blanks}${key}:${comment}\n${mapText(value, indent + 1 + choose(4), choose, levels - 1)}`;
  }
  const style = choose(STYLES.length * 3);
  const line = formatYamlMap({ [key]: value }, blanks);
  let text = line;
  if (style < STYLES.length) {
    text = styled(key, value, STYLES[style] ?? {}, blanks);
    // A style that does not give the value back here is none; one of them cuts characters in two.
    if (wellFormed(text) !== text || !sameHead(text, line)) text = line;
  }
  if (choose(5) === 0 && text.indexOf("\n") === text.length - 1) {
    const behind = `${text.slice(0, -1)}   # behind ${choose(1000)}\n`;
    if (sameHead(behind, line)) text = behind;
  }
  if (choose(8) === 0) text = `${" ".repeat(choose(4))}# before ${choose(1000)}\n${text}`;
  return text;
}

function styled(key: string, value: unknown, style: ToStringOptions, blanks: string): string {
  if (style.collectionStyle !== "flow") return stringify({ [key]: value }, style).replace(/^(?=.)/gm, blanks);
  const flow = stringify(value, style).trimEnd().replaceAll("\n", `\n${blanks}  `);
  return `${blanks}${formatYamlKey(key)} ${flow}\n`;
}

function sameHead(a: string, b: string): boolean {
  const read = (head: string) => JSON.stringify(sorted(splitFrontmatter(`---\n${head}---\n`).data));
  try {
    return read(a) === read(b);
  } catch {
    return false;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number") return String(value);
  if (!isPlainObject(value)) return value;
  return Object.entries(value)
    .map(([key, each]) => [key, sorted(each)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A line anywhere in the head, unless it changes what the head says. */
function withLine(head: string, choose: Choose, line: string): string {
  const lines = head.split("\n").slice(0, -1);
  lines.splice(choose(lines.length + 1), 0, line === "" ? "" : " ".repeat(choose(7)) + line);
  const changed = `${lines.join("\n")}\n`;
  return sameHead(changed, head) ? changed : head;
}

const BODY_LINES = [
  "## My own thoughts",
  "- one\n- two",
  "",
  "\n\n",
  "### gone",
  "```\n## Context\n```",
  "```js",
  "<!-- todo -->",
  "# Task: Another",
  "Hello.",
  "## Results",
  "## Subtask Results",
  "  indented",
];

function personBody(body: string, choose: Choose): string {
  const lines = body.split("\n");
  for (let n = choose(5); n > 0; n--) {
    lines.splice(choose(lines.length + 1), 0, BODY_LINES[choose(BODY_LINES.length)] as string);
  }
  if (choose(4) === 0) lines.splice(choose(lines.length), 1 + choose(3));
  return choose(6) === 0 ? lines.join("\n").trimEnd() : lines.join("\n");
}

/** The comments of a head, in order of the alphabet. */
export function commentsOf(text: string): string[] {
  const head = text.replaceAll("\r\n", "\n").replace(/^\ufeff?---\n/, "");
  const comments: string[] = [];
  let isText = false;
  for (const token of new Lexer().lex(head.slice(0, head.search(/^---$/m)))) {
    if (!isText && token.startsWith("#")) comments.push(token.trim());
    isText = token === "\x1f";
  }
  return comments.sort();
}
