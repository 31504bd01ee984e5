import { isSubtaskId } from "./ids.ts";
import type { Heading, Section } from "./sections.ts";
import type { TaskText } from "./task.ts";

/** The headings of task.md, and the words by which the marks of their sections name them. */
export const TASK_SECTIONS = {
  instructions: "Instructions",
  context: "Context",
  expected_output: "Expected Output",
  notes: "Working Notes",
  subtask_results: "Subtask Results",
  synthesised: "Synthesised Output",
  results: "Results",
  partial: "Partial Results",
} as const;
export type TaskSection = keyof typeof TASK_SECTIONS;

const KEYS = new Map(Object.entries(TASK_SECTIONS).map(([key, heading]) => [heading.toLowerCase(), key]));
const SUBTASK_KEY = "subtask:";

/** `### <id>` is a heading only among the subtask results. */
export function taskHeading({ level, title }: Heading, current: string | undefined): string | undefined {
  if (level === 1) return /^task:/i.test(title) ? "title" : undefined;
  if (level === 2) return KEYS.get(title.toLowerCase());
  const isAmongResults = current === "subtask_results" || current?.startsWith(SUBTASK_KEY);
  return level === 3 && isAmongResults && isSubtaskId(title) ? SUBTASK_KEY + title : undefined;
}

/** The id of the subtask whose results a section holds. */
export function subtaskOf({ key }: Section): string | undefined {
  return key.startsWith(SUBTASK_KEY) ? key.slice(SUBTASK_KEY.length) : undefined;
}

/** The texts of the sections that hold results of subtasks, by the subtask's id. */
export function subtaskTexts(sections: readonly Section[]): Map<string, string> {
  const found = sections.filter(({ key }) => key.startsWith(SUBTASK_KEY));
  return new Map(found.map(({ title, text }) => [title, text]));
}

export function sectionText(sections: readonly Section[], key: TaskSection | "title"): string {
  return sections.find((section) => section.key === key)?.text ?? "";
}

/** Texts one below the other, empty ones left out. */
export function joinTexts(...texts: string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}

/** The texts of a task. `before` is what stands above the sections, `loose` what belongs to none of them. */
export function taskText(before: string, sections: readonly Section[], loose: string): TaskText {
  return {
    instructions: joinTexts(before, sectionText(sections, "title"), sectionText(sections, "instructions")),
    context: sectionText(sections, "context"),
    expected_output: sectionText(sections, "expected_output"),
    notes: joinTexts(sectionText(sections, "notes"), loose),
    output: sectionText(sections, "synthesised") || sectionText(sections, "results"),
    partial: sectionText(sections, "partial"),
  };
}
