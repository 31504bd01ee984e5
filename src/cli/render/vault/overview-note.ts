import type { VaultTask } from "../../../view/vault/read-vault.ts";
import { inlineText } from "../markdown.ts";
import { MARK } from "./kept-part.ts";
import { linkInside } from "./links.ts";
import type { VaultLook } from "./task-note.ts";

/** The note that a vault is entered by, at its top. */
export const OVERVIEW = "Clawflow.md";

/** How many jobs are listed; the others are in the base. */
const LISTED = 200;

/** Live tables of the base, and a list of the jobs that needs no Obsidian. The same tasks give the same text. */
export function overviewNote(tasks: readonly VaultTask[], { names }: VaultLook): string {
  const jobs = tasks.filter(({ parent }) => parent === undefined).reverse();
  const lines = jobs.slice(0, LISTED).map((job) => {
    const counts = new Map<string, number>();
    for (const { status } of job.task.subtasks.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
    const parts = [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
    const link = linkInside(job.task.title, OVERVIEW, names.get(job) ?? "");
    const of = parts === "" ? "" : ` (subtasks: ${parts})`;
    return `- ${job.task.created_at.slice(0, 10)} ${link}, ${inlineText(job.agent)}: **${job.task.status}**${of}`;
  });
  const rest = jobs.length - lines.length;
  if (rest > 0) lines.push(`- and ${rest} earlier ones`);
  const table = (view: string) => `## ${view}\n\n![[Clawflow.base#${view}]]`;
  return `---
clawflow_note: 1
cssclasses: [clawflow]
---
# Clawflow

The tables are read from the files themselves and show how things stand now. The list below, and the notes that it leads to, are as of the last
\`clawflow vault\`.

${table("Needs you")}

${table("Running")}

## Jobs

${lines.length === 0 ? "There are none yet." : lines.join("\n")}

${MARK}`;
}
