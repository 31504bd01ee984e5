import { wellFormed } from "./format-message.ts";
import { formatSection, parseSections, type Section } from "./sections.ts";
import { applySplices, type Splice } from "./splice.ts";
import type { Task } from "./task.ts";
import { TASK_SECTIONS, type TaskSection, taskHeading } from "./task-sections.ts";
import { oneLine, parseTitle } from "./title.ts";

/** The texts of a task that are to stand in a body, by section. */
interface Wanted {
  key: TaskSection;
  text: string;
  /** The text as the layout has it, joined as `parseTask` joins it. */
  stands: string;
}

/**
 * The body of a person's task.md with the texts of the task in it. A section that says the same stays byte for byte, headings and free text
 * of the person's own as well.
 *
 * @param stands the texts that the body holds now, as they are parsed
 */
export function formatBodyOver(
  body: string,
  task: Task,
  stands: { text: Task["text"]; results: ReadonlyMap<string, string> },
  outside: ReadonlySet<string>,
): string {
  const { sections } = parseSections(body, taskHeading);
  const splices: Splice[] = [];
  titleOver(body, sections, task.title, splices);
  let place = sections.find(({ key }) => key === "title")?.at[2] ?? 0;
  for (const { key, text, stands: before } of wantedTexts(task, stands.text, sections)) {
    const section = sections.find((known) => known.key === key);
    if (section !== undefined) {
      if (text === before) place = endOf(sections, section);
      else {
        splices.push(content(section, key.replace("_", "-"), text));
        place = endOf(sections, section);
      }
    } else if (text !== "" && text !== before)
      insert(body, splices, place, formatSection(TASK_SECTIONS[key], 2, key.replace("_", "-"), text));
    if (key === "notes") place = resultsOver(body, sections, task, stands.results, outside, splices, place);
  }
  return applySplices(body, splices);
}

function wantedTexts(task: Task, stands: Task["text"], sections: readonly Section[]): Wanted[] {
  const has = (key: TaskSection) => sections.some((section) => section.key === key);
  const output: TaskSection =
    has("synthesised") || (task.mode === "coordinating" && !has("results")) ? "synthesised" : "results";
  const texts: [TaskSection, keyof Task["text"]][] = [
    ["instructions", "instructions"],
    ["context", "context"],
    ["expected_output", "expected_output"],
    ["notes", "notes"],
    [output, "output"],
    ["partial", "partial"],
  ];
  return texts.map(([key, name]) => ({ key, text: task.text[name], stands: stands[name] }));
}

/** The results of the subtasks. @returns where what follows them comes */
function resultsOver(
  body: string,
  sections: readonly Section[],
  task: Task,
  stands: ReadonlyMap<string, string>,
  outside: ReadonlySet<string>,
  splices: Splice[],
  before: number,
): number {
  const parent = sections.find(({ key }) => key === "subtask_results");
  let place = parent === undefined ? before : parent.at[2];
  let added = "";
  for (const section of sections) {
    if (!section.key.startsWith("subtask:")) continue;
    place = Math.max(place, section.at[2]);
    const subtask = task.subtasks.get(section.title);
    if (!stands.has(section.title)) continue;
    const wanted = subtask === undefined || outside.has(section.title) ? undefined : subtask.results;
    if (wanted === undefined) splices.push({ from: section.at[0], to: section.at[2], text: "" });
    else if (wanted !== section.text) splices.push(content(section, section.title, wanted));
  }
  const present = new Set(sections.map(({ key }) => key));
  for (const [id, { results }] of task.subtasks) {
    if (results !== undefined && !outside.has(id) && !present.has(`subtask:${id}`))
      added += formatSection(id, 3, id, results);
  }
  if (added === "") return place;
  const heading = parent === undefined ? `## ${TASK_SECTIONS.subtask_results}\n\n` : "";
  insert(body, splices, place, heading + added);
  return place;
}

function endOf(sections: readonly Section[], section: Section): number {
  return sections.find(({ key }) => key === section.key)?.at[2] ?? section.at[2];
}

function titleOver(body: string, sections: readonly Section[], title: string, splices: Splice[]): void {
  const section = sections.find(({ key }) => key === "title");
  if (section === undefined || parseTitle(section) === wellFormed(oneLine(title))) return;
  const [from, to] = section.at;
  const end = body.slice(from, to).endsWith("\n") ? "\n" : "";
  splices.push({ from, to, text: `# Task: ${oneLine(title)}${end}` });
}

/** Replaces what stands below a heading; the heading stays as the person wrote it. */
function content({ at, level, title }: Section, name: string, text: string): Splice {
  const whole = formatSection(title, level, name, text);
  return { from: at[1], to: at[2], text: whole.slice(whole.indexOf("\n") + 1) };
}

function insert(body: string, splices: Splice[], at: number, text: string): void {
  const needs = at > 0 && body[at - 1] !== "\n" ? "\n" : "";
  splices.push({ from: at, to: at, text: needs + text });
}
