import { checkShape } from "./check-shape.ts";
import { describeEdit } from "./describe-edit.ts";
import { type TaskEdit, taskEditSchema } from "./edit.ts";
import { fencedBlocks } from "./fences.ts";
import { parseYaml } from "./parse-yaml.ts";
import { formatYaml } from "./yaml-text.ts";

/** The body of a `control: edit`: in words what was understood, and the edit itself as fenced YAML. */
export function formatEdit(edit: TaskEdit): string {
  const yaml = formatYaml(edit);
  const longest = Math.max(2, ...[...yaml.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const words = describeEdit(edit).map((line) => `- ${line}\n`);
  return `${words.join("")}\n${fence}yaml\n${yaml}${fence}`;
}

/**
 * The edit in the body of a `control: edit`: its first block of YAML or JSON, or the whole text as YAML.
 * @throws E_FIELD
 */
export function parseEdit(text: string): TaskEdit {
  const block = fencedBlocks(text, ["yaml", "yml", "json", ""])[0];
  return checkShape(taskEditSchema, parseYaml(block?.text ?? text, "E_FIELD"), "E_FIELD");
}
