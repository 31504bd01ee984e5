import type { AnswerPart, CheckedFile } from "../../view/report/report.ts";
import { codeText, inlineText, tableText } from "./markdown.ts";
import { shownPath } from "./path.ts";

/** What one subtask gave, in a line. */
export function partLines({ subtask, agent, status, attempt, summary, error, task_id }: AnswerPart): string {
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const said = error ?? summary ?? "";
  const more = said === "" ? "" : `: ${inlineText(said, 300)}`;
  const where = task_id === undefined ? "" : ` (${codeText(task_id)})`;
  return `- **${inlineText(subtask)}** ${status} by ${inlineText(agent)}${again}${more}${where}`;
}

const CHECK: Record<CheckedFile["check"], string> = {
  ok: "there, the hash is right",
  missing: "**not there**",
  changed: "**not what was sent**",
};

export function filesTable(files: readonly CheckedFile[], cwd: string): string {
  const rows = files.map(({ name, bytes, sha256, path, check }) => [
    inlineText(name),
    `${bytes} bytes`,
    codeText(sha256),
    CHECK[check],
    codeText(shownPath(cwd, path)),
  ]);
  return tableText(["file", "size", "sha256", "check", "path"], rows);
}
