import { ClawflowError } from "../protocol/errors.ts";
import { foundText, isPlainObject, pathText } from "../protocol/plain-value.ts";
import { LARGEST } from "./limits.ts";
import type { JsonSchema } from "./types.ts";

const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];
const EXAMPLE = `{type: "object", properties: {found: {type: "boolean"}}, required: ["found"]}`;

type Path = readonly PropertyKey[];
type Map = Record<string, unknown>;

/**
 * Refuses what is no JSON Schema, and one that nothing can fit, before anybody is asked. Only contradictions that stand in one place are
 * found, which are those that are made by mistake.
 *
 * @throws E_SCRIPT with the place in the schema
 */
export function checkSchema(value: unknown): JsonSchema {
  if (!isPlainObject(value)) fail([], "no JSON Schema", foundText(value), "an object");
  const size = JSON.stringify(value).length;
  if (size > LARGEST.schema) fail([], "too long", `${size} characters`, `at most ${LARGEST.schema}`);
  check(value, [], value);
  return value as JsonSchema;
}

function check(schema: unknown, at: Path, root: Map): void {
  if (schema === true) return;
  if (schema === false) fail(at, "fits nothing", "false");
  if (!isPlainObject(schema)) fail(at, "no JSON Schema", foundText(schema), "an object");
  checkTypes(schema, at);
  checkChoices(schema, at);
  for (const [low, high] of BOUNDS) checkBounds(schema, low, high, at);
  checkPattern(schema, at);
  checkRequired(schema, at);
  checkRef(schema, at, root);
  if (schema.not === true || (isPlainObject(schema.not) && Object.keys(schema.not).length === 0))
    fail([...at, "not"], "fits nothing", foundText(schema.not));
  checkParts(schema, at, root);
}

const BOUNDS = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
  ["minContains", "maxContains"],
] as const;

function checkTypes(schema: Map, at: Path): void {
  if (schema.type === undefined) return;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const wrong = types.find((type) => !TYPES.includes(type as string));
  if (types.length === 0 || wrong !== undefined)
    fail([...at, "type"], "no type of JSON", foundText(types.length === 0 ? [] : wrong), TYPES.join(", "));
}

function checkChoices(schema: Map, at: Path): void {
  const { enum: choices } = schema;
  if (choices !== undefined && (!Array.isArray(choices) || choices.length === 0))
    fail([...at, "enum"], "no choice", foundText(choices), "a list of the values that are allowed");
  const given = Array.isArray(choices) ? choices : Object.hasOwn(schema, "const") ? [schema.const] : [];
  if (given.length > 0 && !given.some((choice) => isOf(choice, schema.type)))
    fail(
      [...at, Array.isArray(choices) ? "enum" : "const"],
      `is never of type ${foundText(schema.type)}`,
      foundText(given),
    );
  if (Array.isArray(choices) && Object.hasOwn(schema, "const")) {
    const wanted = JSON.stringify(schema.const);
    if (!choices.some((choice) => JSON.stringify(choice) === wanted))
      fail([...at, "const"], "is not among those of enum", foundText(schema.const));
  }
}

function isOf(value: unknown, types: unknown): boolean {
  if (types === undefined) return true;
  return (Array.isArray(types) ? types : [types]).some((type) => {
    if (type === "integer") return Number.isInteger(value);
    if (type === "null") return value === null;
    if (type === "array") return Array.isArray(value);
    if (type === "object") return isPlainObject(value);
    return typeof value === type;
  });
}

function checkBounds(schema: Map, low: string, high: string, at: Path): void {
  for (const key of [low, high]) {
    const bound = schema[key];
    if (bound === undefined) continue;
    if (typeof bound !== "number") fail([...at, key], "no number", foundText(bound));
    else if (key !== "minimum" && key !== "maximum" && (bound < 0 || !Number.isInteger(bound)))
      fail([...at, key], "no count", foundText(bound), "0 or a whole number above");
  }
  const least = schema[low] as number | undefined;
  const most = schema[high] as number | undefined;
  if (least !== undefined && most !== undefined && least > most)
    fail([...at, low], `is above ${high}`, `${least}`, `at most ${most}`);
}

function checkPattern(schema: Map, at: Path): void {
  const patterns: [Path, unknown][] = Object.hasOwn(schema, "pattern")
    ? [[[...at, "pattern"], schema.pattern]]
    : [];
  if (isPlainObject(schema.patternProperties))
    for (const key of Object.keys(schema.patternProperties))
      patterns.push([[...at, "patternProperties"], key]);
  for (const [where, pattern] of patterns) {
    if (typeof pattern !== "string") fail(where, "no regular expression", foundText(pattern));
    try {
      new RegExp(pattern as string, "u");
    } catch (error) {
      fail(where, "no regular expression", error instanceof Error ? error.message : foundText(pattern));
    }
  }
}

function checkRequired(schema: Map, at: Path): void {
  const { required, properties, patternProperties, additionalProperties, maxProperties } = schema;
  if (required === undefined) return;
  if (!Array.isArray(required) || required.some((name) => typeof name !== "string"))
    fail([...at, "required"], "no list of names", foundText(required), 'a list, as in ["found"]');
  for (const name of required as string[]) {
    const own = isPlainObject(properties) ? properties : {};
    if (own[name] === false) fail([...at, "required"], `asks for ${name}, which properties forbids`, name);
    if (additionalProperties === false && !Object.hasOwn(own, name) && !isPlainObject(patternProperties))
      fail(
        [...at, "required"],
        `asks for ${name}, which additionalProperties: false forbids`,
        name,
        `${name} in properties`,
      );
  }
  if (typeof maxProperties === "number" && required.length > maxProperties)
    fail([...at, "required"], "asks for more than maxProperties", `${required.length} and ${maxProperties}`);
}

/** Only what the schema itself holds: nothing is fetched. */
function checkRef(schema: Map, at: Path, root: Map): void {
  const ref = schema.$ref;
  if (ref === undefined) return;
  const where = [...at, "$ref"];
  if (typeof ref !== "string") fail(where, "no reference", foundText(ref));
  if (ref === "#") return;
  if (!ref.startsWith("#/")) fail(where, "leads out of the schema", ref, "one such as #/$defs/finding");
  let target: unknown = root;
  for (const part of ref.slice(2).split("/")) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    target =
      typeof target === "object" && target !== null && Object.hasOwn(target, key)
        ? (target as Map)[key]
        : undefined;
  }
  if (target === undefined) fail(where, "leads nowhere", ref);
}

const MAPS = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const LISTS = ["anyOf", "oneOf", "allOf", "prefixItems"];
const ONE = [
  "additionalProperties",
  "items",
  "contains",
  "propertyNames",
  "if",
  "then",
  "else",
  "not",
  "unevaluatedItems",
  "unevaluatedProperties",
];

function checkParts(schema: Map, at: Path, root: Map): void {
  for (const key of MAPS) {
    const map = schema[key];
    if (map === undefined) continue;
    if (!isPlainObject(map)) fail([...at, key], "no schemas by name", foundText(map), "an object");
    for (const [name, part] of Object.entries(map)) if (part !== false) check(part, [...at, key, name], root);
  }
  for (const key of LISTS) {
    const list = schema[key];
    if (list === undefined) continue;
    if (!Array.isArray(list) || list.length === 0) fail([...at, key], "no list of schemas", foundText(list));
    list.forEach((part, index) => {
      if (key === "allOf" || part !== false) check(part, [...at, key, index], root);
    });
    if (key === "allOf") checkTogether([schema, ...list], [...at, key]);
    else if (list.every((part) => part === false)) fail([...at, key], "fits nothing", foundText(list));
  }
  for (const key of ONE) {
    const part = schema[key];
    if (part !== undefined && typeof part !== "boolean") check(part, [...at, key], root);
  }
}

/** All of these types at once. */
function checkTogether(parts: unknown[], at: Path): void {
  let left = TYPES.filter((type) => type !== "integer");
  for (const part of parts) {
    if (!isPlainObject(part) || part.type === undefined) continue;
    const types = (Array.isArray(part.type) ? part.type : [part.type]).map((type) =>
      type === "integer" ? "number" : type,
    );
    left = left.filter((type) => types.includes(type));
  }
  if (left.length === 0) fail(at, "fits nothing: no value is of all these types", foundText(parts.slice(1)));
}

function fail(at: Path, what: string, found: string, expected?: string): never {
  throw new ClawflowError("E_SCRIPT", what, {
    at: at.length === 0 ? "schema" : `schema.${pathText(at)}`,
    ...(expected === undefined ? {} : { expected }),
    found,
    hint: `A schema is JSON Schema, as in ${EXAMPLE}`,
  });
}
