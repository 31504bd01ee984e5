import { isMap, isNode, isScalar, type Pair, parseDocument, visit, type YAMLMap } from "yaml";
import { isPlainObject } from "./plain-value.ts";
import { sameValue } from "./read-edit-values.ts";
import { applySplices, lineEnd, lineStart, type Splice } from "./splice.ts";
import { formatYamlKey, formatYamlMap } from "./yaml-text.ts";

/**
 * YAML of a person with the given values in it: what says the same stays byte for byte, its comments, its order, its quotes; what is
 * missing comes where it belongs, what is not wanted goes, its comments stay.
 *
 * @param wanted fields in the order in which they are written; a map of maps is followed into
 * @returns `undefined` where the text is no block map
 */
export function formatHeadOver(head: string, wanted: Record<string, unknown>): string | undefined {
  const document = parseDocument(head, {
    version: "1.2",
    schema: "core",
    uniqueKeys: false,
    logLevel: "error",
  });
  if (document.errors.length > 0 || !isMap(document.contents) || document.contents.flow === true)
    return undefined;
  const splices: Splice[] = [];
  mapOver({ head, splices }, document.contents, wanted, "");
  return applySplices(head, splices);
}

interface Over {
  head: string;
  splices: Splice[];
}

type Field = Pair & { key: { range?: [number, number, number] | null } };

function mapOver(over: Over, map: YAMLMap, wanted: Record<string, unknown>, indent: string): void {
  const { head, splices } = over;
  const found = new Map<string, Pair>();
  for (const pair of map.items) found.set(keyOf(pair), pair);
  let place = firstLine(head, map);
  for (const [key, pair] of found) {
    if (wanted[key] === undefined) splices.push({ ...extentOf(head, pair), text: commentsOf(pair, indent) });
  }
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const pair = found.get(key);
    if (pair === undefined) splices.push({ from: place, to: place, text: fieldText(key, value, indent) });
    else {
      fieldOver(over, pair, key, value, indent);
      place = extentOf(head, pair).to;
    }
  }
}

function fieldOver({ head, splices }: Over, pair: Pair, key: string, value: unknown, indent: string): void {
  const node = isNode(pair.value) ? pair.value : undefined;
  const current = node?.toJSON() as unknown;
  // A blank one may mean something where a value is wanted, so it is written.
  if (sameValue(current, value) && current !== null && current !== undefined) return;
  if (isPlainObject(value) && isMap(node) && node.flow !== true && node.items.length > 0) {
    const first = rangeOf(node.items[0] as Pair);
    const inner = head.slice(lineStart(head, first), first);
    if (inner.trim() === "" && inner.length > indent.length) {
      mapOver({ head, splices }, node, value, inner);
      return;
    }
  }
  const text = fieldText(key, value, indent);
  const isLine = isScalar(node) && node.type !== "BLOCK_LITERAL" && node.type !== "BLOCK_FOLDED";
  const range = node?.range;
  const old = range === null || range === undefined ? "" : head.slice(range[0], range[1]);
  if (isLine && range && old !== "" && !old.includes("\n") && text.indexOf("\n") === text.length - 1) {
    const start = `${indent}${formatYamlKey(key)} `;
    splices.push({ from: range[0], to: range[1], text: text.slice(start.length, -1) });
    return;
  }
  const kept =
    isPlainObject(current) && isPlainObject(value) ? fieldText(key, inOrderOf(current, value), indent) : text;
  splices.push({ ...extentOf(head, pair), text: kept + commentsOf(pair, indent) });
}

/** The value with its fields in the order in which the person had them. */
function inOrderOf(
  current: Record<string, unknown>,
  value: Record<string, unknown>,
): Record<string, unknown> {
  const ordered: Record<string, unknown> = {};
  for (const key of Object.keys(current)) if (Object.hasOwn(value, key)) ordered[key] = value[key];
  return { ...ordered, ...value };
}

/** A map of maps, as the subtasks are, stands in blocks, however small it is. */
function fieldText(key: string, value: unknown, indent: string): string {
  const entries = isPlainObject(value)
    ? Object.entries(value).filter(([, entry]) => entry !== undefined)
    : [];
  const isDeep = indent === "" && key === "subtasks" && entries.length > 0;
  if (!isDeep && !(indent !== "" && entries.some(([name]) => name === "agent")))
    return formatYamlMap({ [key]: value }, indent);
  const inner = entries.map(([name, entry]) => fieldText(name, entry, `${indent}  `)).join("");
  return `${indent}${formatYamlKey(key)}\n${inner}`;
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function rangeOf(pair: Pair): number {
  return (pair as Field).key.range?.[0] ?? 0;
}

/** The lines of a field, from its key to the end of its value. */
function extentOf(head: string, pair: Pair): { from: number; to: number } {
  const start = rangeOf(pair);
  return { from: lineStart(head, start), to: lineEnd(head, endOf(head, pair)) };
}

function endOf(head: string, pair: Pair): number {
  const { value } = pair;
  const last = isMap(value) && value.flow !== true ? value.items.at(-1) : undefined;
  if (last !== undefined) return endOf(head, last as Pair);
  const range = isNode(value) ? value.range : undefined;
  const keyEnd = (pair as Field).key.range?.[1] ?? 0;
  return Math.max(range?.[1] ?? 0, keyEnd);
}

function firstLine(head: string, map: YAMLMap): number {
  const first = map.items[0];
  return first === undefined ? head.length : lineStart(head, rangeOf(first as Pair));
}

/** The comments within a field, as lines of their own. */
function commentsOf(pair: Pair, indent: string): string {
  const comments: string[] = [];
  const collect = (comment: string | null | undefined) => {
    if (comment) comments.push(...comment.split("\n"));
  };
  if (!isNode(pair.value)) return "";
  visit(pair.value, {
    Node: (_, node) => {
      collect(node.commentBefore);
      collect(node.comment);
    },
  });
  return comments.map((line) => `${indent}#${line}\n`).join("");
}
