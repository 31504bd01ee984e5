import { ClawflowError } from "./errors.ts";
import { foundText, isPlainObject } from "./plain-value.ts";

const DECISIONS = ["approved", "reason", "answer"] as const;

/** Of values as YAML has them; a blank one is one that is not there, and the order of a map is no difference. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (a === undefined || a === null) return b === undefined || b === null;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  if (!isPlainObject(a) || !isPlainObject(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameValue(a[key], b[key]));
}

/** Blanks at the ends of lines and of the text are no difference: editors trim them by themselves. */
export function sameText(a: string, b: string): boolean {
  return a === b || trimmed(a) === trimmed(b);
}

/** The pattern begins only where a run of blanks does: its time grows with the text, not with the square of a run. */
function trimmed(text: string): string {
  return text.replace(/(?<![ \t\r])[ \t\r]+$/gm, "").trim();
}

/** What stands under `waiting:`, or beside it: `approved: yes`, `reason: …`, `answer: …`. */
export function readDecision(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: string,
): Record<string, unknown> {
  const was = decisionOf(before);
  const is = decisionOf(after);
  const edit: Record<string, unknown> = {};
  for (const key of DECISIONS) {
    const value = is[key];
    if (value === undefined || value === null || sameValue(was[key], value)) continue;
    edit[key] = key === "approved" ? yesOrNo(value, `${path}.approved`) : String(value);
  }
  // A reason alone decides nothing; beside a decision that was there before it is new as well.
  if (edit.reason !== undefined && edit.approved === undefined) delete edit.reason;
  if (edit.approved !== undefined && typeof is.reason === "string") edit.reason = is.reason;
  return edit;
}

function decisionOf(data: Record<string, unknown>): Record<string, unknown> {
  const waiting = isPlainObject(data.waiting) ? data.waiting : {};
  return Object.fromEntries(DECISIONS.map((key) => [key, waiting[key] ?? data[key]]));
}

function yesOrNo(value: unknown, at: string): boolean {
  if (typeof value === "boolean") return value;
  if (/^(yes|y|true)$/i.test(String(value))) return true;
  if (/^(no|n|false)$/i.test(String(value))) return false;
  throw new ClawflowError("E_FIELD", "neither yes nor no", {
    at,
    expected: "yes or no",
    found: foundText(value),
  });
}

/** Keys of the person's own that are new, different or gone. */
export function readOwn(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  fields: readonly string[],
): { own?: Record<string, unknown> } {
  const own: Record<string, unknown> = {};
  const isOwn = (key: string) => !fields.includes(key) && !DECISIONS.includes(key as "answer");
  for (const [key, value] of Object.entries(after)) {
    if (isOwn(key) && !(Object.hasOwn(before, key) && sameValue(before[key], value))) own[key] = value;
  }
  for (const key of Object.keys(before)) if (isOwn(key) && !Object.hasOwn(after, key)) own[key] = null;
  return Object.keys(own).length === 0 ? {} : { own };
}
