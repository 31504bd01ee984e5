import { DECISIONS, SUBTASK_OWNED, SUBTASK_SETTABLE, TASK_ENDINGS, TASK_OWNED } from "./edit-fields.ts";
import { ownValue } from "./equal-values.ts";
import { isPlainObject } from "./plain-value.ts";
import type { RawTask } from "./raw-task.ts";
import { sameText, sameValue } from "./read-edit-values.ts";
import type { TaskText } from "./task.ts";

type Data = Record<string, unknown>;

/**
 * What a person had before them, where exactly that text is not kept any more but the nearest ones before and after it are. A value that
 * stands in either of these is the runtime's and no edit; so is one that no person gives, such as `status: dispatched`, which the task may
 * have passed through between the two. Every other difference is the person's.
 */
export function likelyBase(earlier: RawTask, later: RawTask, edited: RawTask): RawTask {
  const fields = likelyFields(earlier.data, later.data, edited.data, TASK_OWNED, TASK_ENDINGS);
  const subtasks = likelySubtasks(earlier, later, edited);
  const data = subtasks === undefined ? fields : { ...fields, subtasks };
  const ids = new Set([earlier, later, edited].flatMap(({ results }) => [...results.keys()]));
  const results = new Map<string, string>();
  for (const id of ids) {
    const [was, next, is] = [earlier, later, edited].map((task) => task.results.get(id));
    const result = sameText(next ?? "", is ?? "") ? is : was;
    if (result !== undefined) results.set(id, result);
  }
  return {
    ...earlier,
    head: `${earlier.head}\n${later.head}`,
    data,
    subtasks,
    title: later.title === edited.title ? edited.title : earlier.title,
    text: likelyTexts(earlier.text, later.text, edited.text),
    results,
  };
}

function likelySubtasks(earlier: RawTask, later: RawTask, edited: RawTask): Data | undefined {
  const all = [earlier.subtasks, later.subtasks, edited.subtasks];
  if (all[0] === undefined && all[1] === undefined) return undefined;
  const subtasks: [string, unknown][] = [];
  for (const id of keysOf(...all)) {
    const [was, next, is] = all.map((of) => ownValue(of ?? {}, id));
    const nearest = isPlainObject(was) ? was : next;
    if (!isPlainObject(nearest)) continue;
    // One that was there before and after, and one that came or went meanwhile and stands in the text.
    if (isPlainObject(is)) {
      const after = isPlainObject(next) ? next : nearest;
      subtasks.push([id, likelyFields(nearest, after, is, SUBTASK_OWNED, SUBTASK_SETTABLE)]);
    } else if (isPlainObject(was) && isPlainObject(next)) subtasks.push([id, was]);
  }
  return Object.fromEntries(subtasks);
}

function likelyFields(
  earlier: Data,
  later: Data,
  edited: Data,
  owned: readonly string[],
  settable: readonly string[],
): Data {
  const fields: [string, unknown][] = [];
  for (const key of keysOf(earlier, later, edited)) {
    const [was, next, is] = [earlier, later, edited].map((of) => ownValue(of, key));
    const isOwned = owned.includes(key) || (key === "status" && !settable.includes(String(is)));
    let value = was;
    if (isOwned || sameValue(next, is)) value = is;
    else if (key === "waiting" && !sameValue(was, is)) value = withoutDecision(is);
    else if (isPlainObject(was) && isPlainObject(next) && isPlainObject(is))
      value = likelyFields(was, next, is, [], []);
    if (value !== undefined) fields.push([key, value]);
  }
  return Object.fromEntries(fields);
}

function withoutDecision(waiting: unknown): unknown {
  if (!isPlainObject(waiting)) return waiting;
  const isDecision = (key: string) => (DECISIONS as readonly string[]).includes(key);
  return Object.fromEntries(Object.entries(waiting).filter(([key]) => !isDecision(key)));
}

function likelyTexts(earlier: TaskText, later: TaskText, edited: TaskText): TaskText {
  const texts = { ...earlier };
  for (const key of Object.keys(texts) as (keyof TaskText)[]) {
    if (sameText(later[key], edited[key])) texts[key] = edited[key];
  }
  return texts;
}

function keysOf(...maps: readonly (Data | undefined)[]): Set<string> {
  return new Set(maps.flatMap((map) => Object.keys(map ?? {})));
}
