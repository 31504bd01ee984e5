import { checkShape } from "./check-shape.ts";
import { fencedBlocks } from "./fences.ts";
import { shortHash } from "./ids.ts";
import { bodyHash } from "./message-body.ts";
import { parseSubtasks } from "./parse-subtasks.ts";
import { parseYaml } from "./parse-yaml.ts";
import { checkKey, isPlainObject, unknownFields, withoutBlanks } from "./plain-value.ts";
import { type Heading, parseSections, type Section } from "./sections.ts";
import { type Task, taskFrontmatterSchema } from "./task.ts";
import { joinTexts, sectionText, subtaskTexts, taskHeading, taskText } from "./task-sections.ts";
import { parseTitle, titleFrom } from "./title.ts";

/**
 * The plain form of task.md, of version 1: a few fields of frontmatter, and the subtasks as YAML under a heading `## DAG`,
 * fenced or not, as a list or a map under `subtasks` or `nodes`, or bare. What it does not say is filled in.
 *
 * @throws E_FIELD, E_ID
 */
export function parsePlainTask(data: Record<string, unknown>, body: string): Task {
  const { before, sections } = parseSections(body, plainHeading);
  const others = sections.filter(({ key }) => key.startsWith(OTHER));
  const text = taskText(
    before,
    sections,
    joinTexts(
      sectionText(sections, "subtask_results"),
      ...others.map((other) => joinTexts(`## ${other.title}`, other.text)),
    ),
  );
  const subtasks = parseSubtasks(dagEntries(sections.find(({ key }) => key === "dag")));
  for (const [id, results] of subtaskTexts(sections)) {
    const subtask = subtasks.get(id);
    if (subtask !== undefined) subtask.results = results;
  }
  const said = withoutBlanks(data);
  const title =
    said.title ?? (parseTitle(sections.find(({ key }) => key === "title")) || titleFrom(text.instructions));
  const from = said.from ?? "human";
  const fields = {
    mode: subtasks.size > 0 ? "coordinating" : "undecided",
    trace: { root: said.task_id, depth: 0, path: [from] },
    created_at: said.sent_at ?? "",
    ...said,
    clawflow: 2,
    title,
    from,
    reply_to: {
      task_id: said.task_id,
      message: `v1-${shortHash([String(said.task_id), body], 24)}`,
      version_1: true,
      ...(isPlainObject(said.reply_to) ? said.reply_to : {}),
    },
    body_hash: bodyHash({
      body: {
        title: String(title),
        context: text.context,
        instructions: text.instructions,
        expected_output: text.expected_output,
      },
    }),
  };
  return {
    ...checkShape(taskFrontmatterSchema, fields),
    subtasks,
    text,
    ...unknownFields(fields, Object.keys(taskFrontmatterSchema.shape)),
  };
}

const OTHER = "other:";

/** A heading that is not known ends the DAG as well: its YAML would not read otherwise. */
function plainHeading(heading: Heading, current: string | undefined): string | undefined {
  if (heading.level !== 2) return taskHeading(heading, current);
  if (heading.title.toLowerCase() === "dag") return "dag";
  const isBehind = current === "dag" || current?.startsWith(OTHER);
  return taskHeading(heading, current) ?? (isBehind ? OTHER + heading.title : undefined);
}

/** The entries of the DAG as task.md of version 2 has them: a map by id. */
function dagEntries(section: Section | undefined): Record<string, unknown> | undefined {
  if (section === undefined) return undefined;
  const fenced = fencedBlocks(section.text, ["", "yaml", "yml", "json"])[0];
  const value = parseYaml(fenced?.text ?? section.text, "E_FIELD");
  const nodes = isPlainObject(value) ? (value.subtasks ?? value.nodes ?? value) : value;
  const list = Array.isArray(nodes)
    ? nodes.map((node) => [isPlainObject(node) ? String(node.id ?? "") : "", node] as const)
    : Object.entries(isPlainObject(nodes) ? nodes : {});
  const entries: Record<string, unknown> = {};
  for (const [id, node] of list) {
    checkKey(entries, id, ["subtasks"], "E_FIELD");
    entries[id] = dagEntry(node);
  }
  return entries;
}

function dagEntry(node: unknown): unknown {
  if (!isPlainObject(node)) return node;
  const { id: _, description, task, depends_on, depends, ...rest } = node;
  const dependencies = depends_on ?? depends;
  return withoutBlanks({
    ...rest,
    description: description ?? task ?? null,
    depends_on: typeof dependencies === "string" ? [dependencies] : (dependencies ?? null),
  });
}
