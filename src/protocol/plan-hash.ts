import { sha256 } from "./ids.ts";
import type { Subtask } from "./task.ts";

const APPROVED = [
  "agent",
  "description",
  "instructions",
  "context",
  "expected_output",
  "depends_on",
  "timeout",
  "max_attempts",
  "budget",
] as const;

/**
 * What a person approves, as 12 hexadecimal digits: the subtasks as they are planned, whatever has become of them, and in whatever order they
 * stand, for that is another in task.md where a person has put one between others.
 */
export function planHash(subtasks: Iterable<readonly [string, Subtask]>): string {
  const inOrder = [...subtasks].sort(([a], [b]) => (a < b ? -1 : 1));
  const plan = inOrder.map(([id, subtask]) => [id, ...APPROVED.map((field) => plain(subtask[field]))]);
  return sha256(JSON.stringify(plan)).slice(0, 12);
}

/** The order of the keys of a map says nothing. */
function plain(value: Subtask[(typeof APPROVED)[number]]): unknown {
  if (typeof value !== "object" || Array.isArray(value)) return value ?? null;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
