import { z } from "zod";
import { ClawflowError, type ErrorCode, type ErrorDetail } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { foundText, pathText } from "./plain-value.ts";

type Issue = z.core.$ZodIssue;

/**
 * `value` in the shape of `schema`, defaults filled in.
 *
 * @param at the path of `value` in its document, for messages
 * @throws `code` that names the first field that is wrong; E_ID instead of E_FIELD for an id
 */
export function checkShape<T extends z.ZodType>(
  schema: T,
  value: unknown,
  code: ErrorCode = "E_FIELD",
  at: readonly PropertyKey[] = [],
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A mistyped key is better news than the key that is missing because of it.
  const issue = innermost((issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]) as Issue);
  const isId = code === "E_FIELD" && issue.message.startsWith("not a") && issue.message.endsWith(" id");
  const key = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const path = [...at, ...issue.path, ...key];
  throw new ClawflowError(isId ? "E_ID" : code, summary(issue, value), {
    ...detail(issue, schema, value),
    ...(path.length === 0 ? {} : { at: pathText(path) }),
  });
}

/** Of a union, the complaint of the branch that came furthest. */
function innermost(issue: Issue, path: readonly PropertyKey[] = []): Issue {
  const whole = { ...issue, path: [...path, ...issue.path] };
  if (issue.code === "invalid_key") return { ...(issue.issues[0] as Issue), path: whole.path };
  if (issue.code !== "invalid_union") return whole;
  const branches = issue.errors.map((branch) => innermost(branch[0] as Issue, whole.path));
  const deepest = branches.reduce<Issue | undefined>(
    (best, next) => (next.path.length > (best ?? whole).path.length ? next : best),
    undefined,
  );
  return deepest ?? whole;
}

function summary(issue: Issue, value: unknown): string {
  if (issue.code === "unrecognized_keys") return "an unknown key";
  if (valueAt(value, issue.path) === undefined) return "missing";
  if (issue.code === "invalid_type") return "of the wrong type";
  if (issue.code === "invalid_value") return "not one of the known values";
  return issue.message;
}

function detail(issue: Issue, schema: z.ZodType, value: unknown): ErrorDetail {
  const found = foundText(valueAt(value, issue.path));
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = keysAt(schema, issue.path);
      const key = issue.keys[0] ?? "";
      const meant = nearest(key, known);
      return {
        ...(known.length > 0 ? { expected: `one of ${known.join(", ")}` } : {}),
        found: key,
        ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
      };
    }
    case "invalid_type":
      return { expected: typeName(issue.expected, found), found };
    case "invalid_value":
      return { expected: issue.values.map((each) => String(each)).join(" | "), found };
    case "invalid_format":
      return { expected: issue.pattern === undefined ? issue.format : `text like ${issue.pattern}`, found };
    case "invalid_union":
      return { expected: "one of the known forms", found };
    default:
      return { found };
  }
}

function typeName(type: string, found: string): string {
  if (type !== "string") return TYPE_NAMES[type] ?? type;
  return /^(?:-?[\d.]|true|false|null)/.test(found) ? "text: it is to be put in quotes" : "text";
}

const TYPE_NAMES: Record<string, string> = {
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at;
}

/** The keys that the schema knows at that place. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodObject) {
    const [part, ...rest] = path;
    return part === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(part)], rest);
  }
  if (schema instanceof z.ZodRecord) return keysAt(schema.valueType, path.slice(1));
  if (schema instanceof z.ZodArray) return keysAt(schema.element, path.slice(1));
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path));
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return keysAt(schema.unwrap(), path);
  }
  return [];
}
