import { internal } from "./errors.ts";
import { isPlainObject } from "./plain-value.ts";
import { wellFormed } from "./well-formed.ts";

/*
 * Our own writer, because a message is written for every hand-over and a task.md for every change: for such small maps of
 * plain values it is more than twenty times quicker than `stringify` of the yaml package. That package reads what is written here back
 * as the same values (a property test says so); whatever is not plainly safe is written as a JSON string, which YAML 1.2 contains.
 */

/** A list or map that fits is written on one line. */
const MAX_FLOW = 100;
/** Beyond 1,024 characters YAML does not find the end of a key by itself. */
const MAX_KEY = 1000;

/**
 * Block YAML of plain JSON values, ended by a newline: one `key: value` a line, plain tokens where they are safe, short lists and
 * small maps in flow form. Fields that are `undefined` are left out. The same value always gives the same text.
 */
export function formatYaml(value: unknown): string {
  if (isPlainObject(value)) return isEmpty(value) ? "{}\n" : formatYamlMap(value);
  if (Array.isArray(value) && value.length > 0) return blockList(value, "");
  return `${scalar(value, "", PLAIN)}\n`;
}

/** The entries of a map as block lines, each begun with `indent`; nothing for an empty map. */
export function formatYamlMap(map: Readonly<Record<string, unknown>>, indent = ""): string {
  let text = "";
  for (const key in map) {
    const value = map[key];
    if (value !== undefined) text += `${indent}${formatYamlKey(key, indent)}${blockValue(value, indent)}`;
  }
  return text;
}

/** `key:`, to be followed by a blank and a value or by a line break and an indented block. */
export function formatYamlKey(key: string, indent = ""): string {
  if (PLAIN_IN_FLOW.test(key) && !READ_AS_OTHER.test(key) && key.length < MAX_KEY) return `${key}:`;
  const text = quote(key);
  return text.length < MAX_KEY ? `${text}:` : `? ${text}\n${indent}:`;
}

function blockValue(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return ` ${scalar(value, indent, PLAIN)}\n`;
  const line = flow(value, MAX_FLOW);
  if (line !== undefined) return ` ${line}\n`;
  return `\n${Array.isArray(value) ? blockList(value, `${indent}  `) : formatYamlMap(value as Record<string, unknown>, `${indent}  `)}`;
}

function blockList(list: readonly unknown[], indent: string): string {
  let text = "";
  for (const item of list) {
    if (typeof item !== "object" || item === null)
      text += `${indent}- ${scalar(item, `${indent}  `, PLAIN)}\n`;
    else text += `${indent}-${blockValue(item, indent)}`;
  }
  return text;
}

/** One line for a list or map, or `undefined` if it is longer than `room` or holds a map in a map. */
function flow(value: object, room: number): string | undefined {
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  let first = true;
  for (const key of isList ? value.keys() : Object.keys(value)) {
    const item = (value as Record<PropertyKey, unknown>)[key];
    if (item === undefined && !isList) continue;
    if (!first) text += ", ";
    first = false;
    if (!isList) text += `${formatYamlKey(key as string)} `;
    if (typeof item === "object" && item !== null) {
      const inner = flow(item, room - text.length);
      if (inner === undefined) return undefined;
      text += inner;
    } else {
      if (typeof item === "string" && item.length > room) return undefined;
      text += scalar(item, undefined, PLAIN_IN_FLOW);
    }
    if (text.length >= room) return undefined;
  }
  return text + (isList ? "]" : "}");
}

function scalar(value: unknown, indent: string | undefined, plain: RegExp): string {
  switch (typeof value) {
    case "string":
      if (plain.test(value) && !READ_AS_OTHER.test(value)) return value;
      if (TIMESTAMP.test(value)) return value;
      if (indent !== undefined && isLiteral(value)) return literal(value, indent);
      return quote(value);
    case "number":
      return number(value);
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? "[]" : "{}";
    case "undefined":
      return "null";
    default:
      throw internal(`a ${typeof value} cannot be written as YAML`);
  }
}

function number(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Characters that JSON leaves as they are and YAML does not allow, or that an editor could take for a line break. */
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function quote(text: string): string {
  return JSON.stringify(wellFormed(text)).replace(
    ESCAPED,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// Letters of other scripts are as plain as ours; the gaps are blanks, marks of direction and the like.
const LETTER = "A-Za-z\\u00c0-\\u167f\\u1681-\\u1fff\\u2070-\\u2fff\\u3001-\\ud7ff";
/** Texts that need no quotes; behind a key, and on one line with others. */
export const PLAIN = new RegExp(
  `^(?:[0-9]{1,9} )?[${LETTER}_/](?:[${LETTER}0-9_./@+()'"\\-;=!?&*%$^~|<>,[\\]{}]|:(?=[^ ])| +(?=[^ #])|#)*$`,
);
export const PLAIN_IN_FLOW = new RegExp(
  `^[${LETTER}_/](?:[${LETTER}0-9_./@+()'\\-;=!?&*%$^~|<>]| (?=[^ #]))*$`,
);
/** Words that a reader of this or of older YAML takes for something else than text. */
export const READ_AS_OTHER = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
export const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Several lines that a person may want to edit: nothing in them that a block text would change or hide. */
function isLiteral(text: string): boolean {
  return text.includes("\n") && /^[^\s][^\n]*(?:\n{1,3}[^\s][^\n]*)*\n?$/.test(text) && !HIDDEN.test(text);
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u2000-\u206f\ud800-\udfff\ufeff\ufffe\uffff]| \n| $/;

function literal(text: string, indent: string): string {
  const kept = text.endsWith("\n");
  const lines = (kept ? text.slice(0, -1) : text).split("\n");
  return `${kept ? "|" : "|-"}\n${lines.map((line) => (line === "" ? "" : `${indent}  ${line}`)).join("\n")}`;
}

function isEmpty(map: Record<string, unknown>): boolean {
  for (const key in map) if (map[key] !== undefined) return false;
  return true;
}
