import { checkShape } from "../protocol/check-shape.ts";
import { type SubtaskEdit, subtaskEditSchema, type TaskEdit, taskEditSchema } from "../protocol/edit.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { nearest } from "../protocol/nearest.ts";
import { parseYaml } from "../protocol/parse-yaml.ts";
import { checkKey, isPlainObject } from "../protocol/plain-value.ts";

/** Their values are text as it stands, not YAML. */
const TEXTS = [
  "title",
  "description",
  "instructions",
  "context",
  "expected_output",
  "notes",
  "results",
  "output",
  "error",
  "reason",
  "answer",
];

type Fields = Record<string, unknown>;

/**
 * The edit in words like `budget.tokens=200000` or `policy.concurrency=4`: `KEY=` with nothing behind it takes the value away.
 *
 * @param of what they are about: the task as a whole, or one of its subtasks
 * @param from what is set already, which the words go before
 * @throws E_USAGE
 */
export function parseEditWords(words: readonly string[], of: "task", from?: TaskEdit): TaskEdit;
export function parseEditWords(words: readonly string[], of: "subtask", from?: SubtaskEdit): SubtaskEdit;
export function parseEditWords(words: readonly string[], of: "task" | "subtask", from: object = {}): object {
  const schema = of === "task" ? taskEditSchema : subtaskEditSchema;
  const keys = Object.keys(schema.shape);
  const edit: Fields = structuredClone(from) as Fields;
  for (const word of words) {
    const { path, value } = parseWord(word, keys);
    setAt(edit, path, value);
  }
  return checkShape(schema, edit, "E_USAGE");
}

function parseWord(word: string, keys: readonly string[]): { path: string[]; value: unknown } {
  const equals = word.indexOf("=");
  if (equals < 1) throw usage(word, "KEY=VALUE, for example budget.tokens=200000");
  const path = word.slice(0, equals).split(".");
  const [first = ""] = path;
  if (!keys.includes(first) || path.includes("")) {
    const near = nearest(first, keys);
    throw usage(word, `one of ${keys.join(", ")}`, near === undefined ? undefined : `Did you mean ${near}?`);
  }
  for (const key of path) checkKey({}, key, [], "E_USAGE");
  const text = word.slice(equals + 1);
  // A text of a subtask is taken away as well; those of a task become empty.
  const isField = path.length === (first === "subtasks" ? 3 : 1);
  const isText = isField && TEXTS.includes(path.at(-1) ?? "");
  if (isText) return { path, value: text === "" && isNullable(path, keys) ? null : text };
  return { path, value: text === "" ? null : parseYaml(text, "E_USAGE") };
}

function isNullable(path: readonly string[], keys: readonly string[]): boolean {
  const ofSubtask = path.length > 1 || !keys.includes("subtasks");
  return ofSubtask && ["instructions", "context", "expected_output"].includes(path.at(-1) ?? "");
}

function setAt(edit: Fields, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    edit[key] = value;
    return;
  }
  const inner = edit[key];
  const map: Fields = isPlainObject(inner) ? inner : {};
  edit[key] = map;
  setAt(map, rest, value);
}

function usage(word: string, expected: string, hint?: string): ClawflowError {
  return new ClawflowError("E_USAGE", "not something that can be set", {
    expected,
    found: JSON.stringify(word),
    ...(hint === undefined ? {} : { hint }),
  });
}
