import { checkShape } from "./check-shape.ts";
import { plainLineEnds, splitFrontmatter } from "./frontmatter.ts";
import { parsePlainTask } from "./parse-plain-task.ts";
import { parseSubtasks } from "./parse-subtasks.ts";
import { unknownFields, withoutBlanks } from "./plain-value.ts";
import { protocolVersion } from "./protocol-version.ts";
import { parseSections, type Section } from "./sections.ts";
import { type Subtask, type Task, taskFrontmatterSchema } from "./task.ts";
import { joinTexts, sectionText, subtaskTexts, taskHeading, taskText } from "./task-sections.ts";
import { parseTitle } from "./title.ts";

/**
 * A task of the text of its task.md, of either form. Results that stand in a file of their own are not in it: `results_file` names
 * them, and `withResults` reads them.
 *
 * @throws E_FRONTMATTER, E_VERSION, E_FIELD, E_ID
 */
export function parseTask(text: string): Task {
  const { data, body } = splitFrontmatter(plainLineEnds(text));
  if (protocolVersion(data.clawflow) === 1) return parsePlainTask(data, body);
  const { subtasks: entries, ...head } = data;
  const { before, sections } = parseSections(body, taskHeading);
  const fields = checkShape(taskFrontmatterSchema, withoutBlanks(head));
  fields.title ||= parseTitle(sections.find(({ key }) => key === "title"));
  const subtasks = parseSubtasks(entries);
  return {
    ...fields,
    subtasks,
    text: taskText(before, sections, takeResults(subtasks, sections)),
    ...unknownFields(head, Object.keys(taskFrontmatterSchema.shape)),
  };
}

/** Gives the subtasks their results. What stands under the name of no subtask is given back: it belongs to the notes. */
function takeResults(subtasks: Map<string, Subtask>, sections: readonly Section[]): string {
  let rest = sectionText(sections, "subtask_results");
  for (const [id, text] of subtaskTexts(sections)) {
    const subtask = subtasks.get(id);
    if (subtask === undefined) rest = joinTexts(rest, `### ${id}`, text);
    else if (subtask.results_file === undefined) subtask.results = text;
  }
  return rest;
}
