import { bodySplices } from "./body-splices.ts";
import { equalValues } from "./equal-values.ts";
import { frontmatterPlace, hasCrlf, plainLineEnds, splitFrontmatter } from "./frontmatter.ts";
import { headSplices, headValues } from "./head-splices.ts";
import { parseTask } from "./parse-task.ts";
import { isPlainObject } from "./plain-value.ts";
import { parseSections } from "./sections.ts";
import { applySplices, type Splice } from "./splice.ts";
import type { Task } from "./task.ts";
import { taskHeading } from "./task-sections.ts";
import { parseTitle } from "./title.ts";
import { wellFormed } from "./well-formed.ts";

/**
 * A task in the layout that a person gave its task.md: only what the layout, parsed, does not say already is changed in it, all else
 * stays byte for byte. Written again over its own result it is the same text.
 *
 * @param outside subtasks whose results stand in files of their own
 * @returns `undefined`: there is no layout, or one whose frontmatter cannot be read
 */
export function formatOver(task: Task, outside: ReadonlySet<string>): string | undefined {
  const { layout } = task;
  if (layout === undefined) return undefined;
  try {
    const plain = plainLineEnds(layout);
    const splices = layoutSplices(plain, task, outside);
    if (!holds(wellFormed(applySplices(plain, splices)), task, outside)) return undefined;
    return wellFormed(applySplices(layout, hasCrlf(layout) ? withCrlf(layout, splices) : splices));
  } catch {
    // Whatever cannot be read any more is written anew.
    return undefined;
  }
}

function layoutSplices(layout: string, task: Task, outside: ReadonlySet<string>): Splice[] {
  const { start, end, bodyStart } = frontmatterPlace(layout);
  const { data, body } = splitFrontmatter(layout);
  const title = parseTitle(parseSections(body, taskHeading).sections.find(({ key }) => key === "title"));
  const known = new Set(isPlainObject(data.subtasks) ? Object.keys(data.subtasks) : []);
  const changed = bodySplices(body, task, outside, known);
  const isOpen = changed.length > 0 && bodyStart === layout.length && !layout.endsWith("\n");
  return [
    ...headSplices(layout, { start, end }, data, headValues(task, outside), title),
    ...(isOpen ? [{ from: bodyStart, to: bodyStart, text: "\n" }] : []),
    ...changed.map(({ from, to, text }) => ({ from: from + bodyStart, to: to + bodyStart, text })),
  ];
}

/** The same splices for the text with its own line ends, of which `plainLineEnds` took the carriage returns. */
function withCrlf(layout: string, splices: readonly Splice[]): Splice[] {
  const removed: number[] = [];
  for (let at = layout.indexOf("\r\n"); at !== -1; at = layout.indexOf("\r\n", at + 2)) {
    removed.push(at - removed.length);
  }
  const place = (plain: number): number => {
    let low = 0;
    let high = removed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((removed[middle] as number) < plain) low = middle + 1;
      else high = middle;
    }
    return plain + low;
  };
  return splices.map(({ from, to, text }) => ({
    from: place(from),
    to: place(to),
    text: text.replaceAll("\n", "\r\n"),
  }));
}

/** Whether the text says what the task is. */
function holds(text: string, task: Task, outside: ReadonlySet<string>): boolean {
  const parsed = parseTask(text);
  if (!equalValues(parsed.text, task.text)) return false;
  if (!equalValues(headValues(parsed, new Set()), headValues(task, outside))) return false;
  for (const [id, { results }] of task.subtasks) {
    if (!outside.has(id) && !equalValues(parsed.subtasks.get(id)?.results, results)) return false;
  }
  return true;
}
