import { isScalar, parseDocument } from "yaml";
import { ClawflowError } from "./errors.ts";
import { frontmatterPlace, plainLineEnds, splitFrontmatter } from "./frontmatter.ts";
import { foundText, isPlainObject, pathText } from "./plain-value.ts";
import { parseSections, type Section } from "./sections.ts";
import type { TaskText } from "./task.ts";
import { joinTexts, sectionText, subtaskTexts, taskHeading, taskText } from "./task-sections.ts";
import { parseTitle } from "./title.ts";

/** A task.md as it stands, of whatever shape: values that nobody has checked, texts with plain line ends. */
export interface RawTask {
  head: string;
  body: string;
  data: Record<string, unknown>;
  subtasks: Record<string, unknown> | undefined;
  /** The title of the heading; empty if there is none. */
  title: string;
  text: TaskText;
  results: Map<string, string>;
  sections: Section[];
}

/**
 * @param known ids of subtasks beside those that the text names itself: what stands under them are results, no notes
 * @throws E_FRONTMATTER
 */
export function parseRawTask(text: string, known: readonly string[] = []): RawTask {
  const plain = plainLineEnds(text);
  const { start, end } = frontmatterPlace(plain);
  const { data, body } = splitFrontmatter(plain);
  const { before, sections } = parseSections(body, taskHeading);
  const subtasks = isPlainObject(data.subtasks) ? data.subtasks : undefined;
  const ids = new Set([...Object.keys(subtasks ?? {}), ...known]);
  const results = subtaskTexts(sections);
  let loose = sectionText(sections, "subtask_results");
  for (const [id, content] of results) {
    if (ids.has(id)) continue;
    loose = joinTexts(loose, `### ${id}`, content);
    results.delete(id);
  }
  const title = parseTitle(sections.find(({ key }) => key === "title"));
  const head = plain.slice(start, end);
  return { head, body, data, subtasks, title, text: taskText(before, sections, loose), results, sections };
}

/**
 * A text in the head. One that YAML takes for a number or a truth is taken as it stands there: `1.10` is not 1.1 to who wrote it.
 *
 * @param value what was read at that path
 * @throws E_FIELD for a list or a map
 */
export function rawText({ head }: RawTask, path: readonly string[], value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object") {
    throw new ClawflowError("E_FIELD", "not a text", {
      at: pathText(path),
      expected: "text, in quotes if it begins with [ or {",
      found: foundText(value),
    });
  }
  const options = { version: "1.2", schema: "core", uniqueKeys: false, stringKeys: true } as const;
  const node = parseDocument(head, { ...options, prettyErrors: false }).getIn(path, true);
  return isScalar(node) ? (node.source ?? String(value)) : String(value);
}
