/** In the order in which they are told. */
const TROUBLE = ["failed", "cancelled", "skipped"] as const;

/** `3 of 6 done, 1 failed`; `over`: those that have ended, however. */
export function progressOf(subtasks: Readonly<Record<string, number>>): {
  all: number;
  over: number;
  text: string;
} {
  const count = (status: string) => subtasks[status] ?? 0;
  const all = Object.values(subtasks).reduce((sum, one) => sum + one, 0);
  const done = count("done");
  const parts = [`${done} of ${all} done`];
  let over = done;
  for (const status of TROUBLE) {
    if (count(status) === 0) continue;
    parts.push(`${count(status)} ${status}`);
    over += count(status);
  }
  return { all, over, text: parts.join(", ") };
}
