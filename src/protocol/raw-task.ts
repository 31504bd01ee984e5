import { plainLineEnds, splitFrontmatter } from "./frontmatter.ts";
import { isPlainObject } from "./plain-value.ts";
import { parseSections, type Section } from "./sections.ts";
import type { TaskText } from "./task.ts";
import { joinTexts, sectionText, subtaskTexts, taskHeading, taskText } from "./task-sections.ts";
import { parseTitle } from "./title.ts";

/** A task.md as it stands, of whatever shape: values that nobody has checked, texts with plain line ends. */
export interface RawTask {
  data: Record<string, unknown>;
  subtasks: Record<string, unknown> | undefined;
  /** The title of the heading; empty if there is none. */
  title: string;
  text: TaskText;
  results: Map<string, string>;
  sections: Section[];
}

/** @throws E_FRONTMATTER */
export function parseRawTask(text: string): RawTask {
  const { data, body } = splitFrontmatter(plainLineEnds(text));
  const { before, sections } = parseSections(body, taskHeading);
  const subtasks = isPlainObject(data.subtasks) ? data.subtasks : undefined;
  const results = subtaskTexts(sections);
  let loose = sectionText(sections, "subtask_results");
  for (const [id, content] of results) {
    if (subtasks !== undefined && Object.hasOwn(subtasks, id)) continue;
    loose = joinTexts(loose, `### ${id}`, content);
    results.delete(id);
  }
  const title = parseTitle(sections.find(({ key }) => key === "title"));
  return { data, subtasks, title, text: taskText(before, sections, loose), results, sections };
}
