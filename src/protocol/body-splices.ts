import { equalValues } from "./equal-values.ts";
import { contentSplice, hasOpenFence, insertedSections } from "./section-splices.ts";
import { formatSection, parseSections, type Section } from "./sections.ts";
import type { Splice } from "./splice.ts";
import type { Task } from "./task.ts";
import { joinTexts, subtaskOf, TASK_SECTIONS, type TaskSection, taskHeading } from "./task-sections.ts";
import { oneLine, parseTitle } from "./title.ts";

type Key = TaskSection | "title";
const ORDER: readonly Key[] = ["title", ...(Object.keys(TASK_SECTIONS) as TaskSection[])];

/** A body and what is to become of it. */
interface Body {
  text: string;
  before: string;
  sections: readonly Section[];
  /** Sections that get another text, and those that go. */
  texts: Map<Section, string>;
  gone: Set<Section>;
  /** Missing sections that get a text. */
  added: Map<TaskSection, string>;
  /** The text before the first section goes. */
  isBeforeGone: boolean;
}

/**
 * What is to change in the body of a task.md so that its sections hold the texts of the task. A section that says them already is not
 * touched, nor are headings and texts that are the person's own as long as they belong to the text they stand in.
 *
 * @param outside subtasks whose results do not stand in the body
 * @param known ids of the subtasks that the layout names: results under other names are notes
 */
export function bodySplices(
  text: string,
  task: Task,
  outside: ReadonlySet<string>,
  known: ReadonlySet<string>,
): Splice[] {
  const { before, sections } = parseSections(text, taskHeading);
  const body: Body = {
    text,
    before,
    sections,
    texts: new Map(),
    gone: new Set(),
    added: new Map(),
    isBeforeGone: false,
  };
  setInstructions(body, task.text.instructions);
  setText(body, "context", task.text.context);
  setText(body, "expected_output", task.text.expected_output);
  const inserted = setResults(body, task, outside, known);
  setNotes(body, task, known);
  setOutput(body, task);
  setText(body, "partial", task.text.partial);
  return splicesOf(body, task, inserted);
}

function find(body: Body, key: Key): Section | undefined {
  return body.sections.find((section) => section.key === key);
}

function textOf(body: Body, key: Key): string {
  return find(body, key)?.text ?? "";
}

function setText(body: Body, key: TaskSection, text: string): void {
  if (equalValues(textOf(body, key), text)) return;
  const section = find(body, key);
  if (section === undefined) body.added.set(key, text);
  else body.texts.set(section, text);
}

/** What stands above the section belongs to the instructions as well. */
function setInstructions(body: Body, text: string): void {
  const above = joinTexts(body.before, textOf(body, "title"));
  if (equalValues(joinTexts(above, textOf(body, "instructions")), text)) return;
  const own = restOf(text, above, "start");
  if (own === undefined) clearAbove(body);
  setText(body, "instructions", own ?? text);
}

function clearAbove(body: Body): void {
  body.isBeforeGone = true;
  const title = find(body, "title");
  if (title !== undefined && title.text !== "") body.texts.set(title, "");
}

/** What of a text is left beside a part that stands at its start or end; `undefined` if that does not stand there. */
function restOf(text: string, part: string, side: "start" | "end"): string | undefined {
  if (part === "") return text;
  if (text === part) return "";
  const found = side === "start" ? text.startsWith(`${part}\n\n`) : text.endsWith(`\n\n${part}`);
  if (!found || text.length === part.length + 2) return undefined;
  return side === "start" ? text.slice(part.length + 2) : text.slice(0, -part.length - 2);
}

/** @returns the sections that are missing, by the subtask's id */
function setResults(
  body: Body,
  task: Task,
  outside: ReadonlySet<string>,
  known: ReadonlySet<string>,
): Map<string, string> {
  const missing = new Map<string, string>();
  for (const [id, { results }] of task.subtasks) {
    if (results !== undefined && !outside.has(id)) missing.set(id, results);
  }
  for (const section of body.sections) {
    const id = subtaskOf(section);
    if (id === undefined) continue;
    const results = missing.get(id);
    if (results === undefined) {
      if (task.subtasks.has(id) || known.has(id)) body.gone.add(section);
    } else if (!equalValues(section.text, results)) body.texts.set(section, results);
    missing.delete(id);
  }
  return missing;
}

/** Results under names that no subtask has, and what stands above them, belong to the notes. */
function setNotes(body: Body, task: Task, known: ReadonlySet<string>): void {
  const loose = body.sections.filter((section) => {
    const id = subtaskOf(section);
    return id !== undefined && !task.subtasks.has(id) && !known.has(id);
  });
  const rest = joinTexts(
    textOf(body, "subtask_results"),
    ...loose.flatMap(({ title, text }) => [`### ${title}`, text]),
  );
  const { notes } = task.text;
  if (equalValues(joinTexts(textOf(body, "notes"), rest), notes)) return;
  const own = restOf(notes, rest, "end");
  setText(body, "notes", own ?? notes);
  if (own !== undefined) return;
  setText(body, "subtask_results", "");
  for (const section of loose) body.gone.add(section);
}

/** Under either heading, as the person has it; where there are both, the first that holds a text counts. */
function setOutput(body: Body, task: Task): void {
  const { output } = task.text;
  if (equalValues(textOf(body, "synthesised") || textOf(body, "results"), output)) return;
  const canonical: TaskSection = task.mode === "coordinating" ? "synthesised" : "results";
  const other: TaskSection = canonical === "results" ? "synthesised" : "results";
  const isOther = find(body, canonical) === undefined && find(body, other) !== undefined;
  setText(body, isOther ? other : canonical, output);
  setText(body, isOther ? canonical : other, "");
}

function splicesOf(body: Body, task: Task, results: ReadonlyMap<string, string>): Splice[] {
  closeFence(body, task, results.size > 0);
  const insertions = insertionsOf(body, task, results);
  const splices: Splice[] = [];
  if (body.isBeforeGone) splices.push({ from: 0, to: body.sections[0]?.at[0] ?? body.text.length, text: "" });
  const title = find(body, "title");
  if (title !== undefined && !equalValues(parseTitle(title), oneLine(task.title))) {
    splices.push(titleSplice(body.text, title, oneLine(task.title)));
  }
  for (const section of body.gone) splices.push({ from: section.at[0], to: section.at[2], text: "" });
  for (const [section, text] of body.texts) {
    splices.push(contentSplice(body.text, section, subtaskOf(section) ?? nameOf(section.key), text));
  }
  for (const [at, text] of insertions) splices.push(insertedSections(body.text, at, text));
  return splices;
}

/** New sections by the place where they come: behind the nearest earlier one that is there. */
function insertionsOf(body: Body, task: Task, results: ReadonlyMap<string, string>): Map<number, string> {
  const insertions = new Map<number, string>();
  const insert = (at: number, text: string): void => {
    insertions.set(at, (insertions.get(at) ?? "") + text);
  };
  const ends = new Map(body.sections.map((section) => [subtaskOf(section), section.at[2]]));
  const group = find(body, "subtask_results");
  let at = group?.at[2];
  let isBegun = group !== undefined;
  const isAbove = (key: TaskSection) => ORDER.indexOf(key) < ORDER.indexOf("subtask_results");
  const insertAll = (keys: readonly TaskSection[]) => {
    for (const key of keys) {
      const text = body.added.get(key);
      if (text !== undefined)
        insert(placeOf(body, key), formatSection(TASK_SECTIONS[key], 2, nameOf(key), text));
    }
  };
  const keys = ORDER.filter((key) => key !== "title");
  insertAll(keys.filter(isAbove));
  for (const id of task.subtasks.keys()) {
    at = ends.get(id) ?? at;
    const text = results.get(id);
    if (text === undefined) continue;
    const heading = isBegun ? "" : formatSection(TASK_SECTIONS.subtask_results, 2, "", "");
    isBegun = true;
    insert(at ?? placeOf(body, "subtask_results"), heading + formatSection(id, 3, id, text));
  }
  insertAll(keys.filter((key) => !isAbove(key)));
  return insertions;
}

function placeOf(body: Body, key: TaskSection): number {
  const earlier = ORDER.slice(0, ORDER.indexOf(key)).toReversed();
  const found = earlier.map((each) => find(body, each)).find((section) => section !== undefined);
  if (found === undefined) return body.sections[0]?.at[0] ?? body.text.length;
  let index = body.sections.indexOf(found);
  if (found.key === "subtask_results") {
    while (subtaskOf(body.sections[index + 1] ?? found) !== undefined) index += 1;
  }
  return body.sections[index]?.at[2] ?? body.text.length;
}

/** What comes behind a fence that nobody closed would be text: the text with that fence gets marks. */
function closeFence(body: Body, task: Task, areResultsAdded: boolean): void {
  if (body.added.size === 0 && !areResultsAdded) return;
  const last = body.sections.at(-1);
  if (last !== undefined && (body.texts.has(last) || body.gone.has(last))) return;
  if (!hasOpenFence(body.text, last)) return;
  if (last !== undefined) {
    body.texts.set(last, last.text);
    return;
  }
  clearAbove(body);
  body.added.set("instructions", task.text.instructions);
}

function titleSplice(text: string, { at: [from, to] }: Section, title: string): Splice {
  const line = text.slice(from, to);
  const start = /^#\s+task:[ \t]*/i.exec(line)?.[0] ?? "# Task:";
  const end = /\s*$/.exec(line)?.[0] ?? "";
  return { from, to, text: `${start.trimEnd()} ${title}${end.includes("\n") ? "\n" : ""}` };
}

function nameOf(key: string): string {
  return key.replace("_", "-");
}
