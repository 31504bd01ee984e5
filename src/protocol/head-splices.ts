import { blockMap, pairTokens } from "./block-map.ts";
import { ownValue } from "./equal-values.ts";
import { subtaskFields, taskFields } from "./field-order.ts";
import { mapSplices, ownOrder, sayKeys } from "./map-splices.ts";
import { pairText } from "./pair-splices.ts";
import { isPlainObject } from "./plain-value.ts";
import type { Splice } from "./splice.ts";
import type { Task } from "./task.ts";
import { says, TASK_SHAPE } from "./task-shape.ts";

/** What stands of a task in its frontmatter, as one value. */
export function headValues(task: Task, outside: ReadonlySet<string>): Record<string, unknown> {
  const subtasks: Record<string, unknown> = {};
  for (const [id, subtask] of task.subtasks) subtasks[id] = subtaskFields(id, subtask, outside);
  return { ...taskFields(task), subtasks };
}

/**
 * What is to change in the frontmatter of a task.md so that it says what is wanted.
 *
 * @param place of the lines between the two `---`
 * @param data what they say now
 * @param title of the heading, which counts where the frontmatter has none
 */
export function headSplices(
  text: string,
  place: { start: number; end: number },
  data: Record<string, unknown>,
  values: Record<string, unknown>,
  title: string,
): Splice[] {
  const wanted = { ...values };
  if ((data.title ?? "") === "" && wanted.title === title) wanted.title = data.title;
  const isWithout = Object.keys(values.subtasks as object).length === 0;
  if (isWithout && !(isPlainObject(data.subtasks) && Object.keys(data.subtasks).length > 0)) {
    wanted.subtasks = data.subtasks === null || isPlainObject(data.subtasks) ? data.subtasks : undefined;
  }
  const keys = [...Object.keys(data), ...Object.keys(wanted)];
  if (keys.every((key) => says(TASK_SHAPE, key, ownValue(data, key), ownValue(wanted, key)))) return [];
  const map = blockMap(text, place.start, place.end);
  if (map !== undefined && sayKeys(map, data)) return mapSplices(text, map, data, wanted, TASK_SHAPE);
  return [{ from: place.start, to: place.end, text: blockText(text, place, data, wanted) }];
}

/** The whole head anew, for one in flow form. */
function blockText(
  text: string,
  { start, end }: { start: number; end: number },
  data: Record<string, unknown>,
  wanted: Record<string, unknown>,
): string {
  let comments = "";
  for (const { source, isText } of pairTokens(text, { key: "", start, end })) {
    if (!isText && source.startsWith("#")) comments += `${source.trimEnd()}\n`;
  }
  const pairs = Object.entries(ownOrder(data, wanted)).filter(([, value]) => value !== undefined);
  return comments + pairs.map(([key, value]) => pairText(key, value, "", TASK_SHAPE)).join("");
}
