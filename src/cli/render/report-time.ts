import { longestSteps } from "../../view/report/longest-steps.ts";
import type { Report, TimeStep } from "../../view/report/report.ts";
import { codeText, inlineText, tableText } from "./markdown.ts";
import { elapsed } from "./time.ts";

/** What took so long, from the beginning to the end, of very many steps the longest. */
export function timeSection({ time, duration }: Report): string {
  if (time.length < 2) return "";
  const { steps, others } = longestSteps(time);
  const rows = steps.map((step) => [
    `${inlineText(step.title, 100)}${step.task_id === undefined ? "" : ` (${codeText(step.task_id)})`}`,
    inlineText(step.agent),
    elapsed(step.duration),
    `${duration > 0 ? Math.round((100 * step.duration) / duration) : 100} %`,
    ...partsOf(step),
  ]);
  const head = ["step", "agent", "took", "of all", "a brain worked", "a person's turn", "waited"];
  const note =
    others.count === 0 ? "" : `\n\n${others.count} shorter steps took ${elapsed(others.duration)} together.`;
  return `## What took so long\n\nHad one of these steps been shorter, it could have been over sooner.\n\n${tableText(head, rows)}${note}`;
}

function partsOf({ task_id, duration, thinking, person }: TimeStep): string[] {
  if (task_id === undefined) return ["not known", "", ""];
  const shown = (ms: number) => (ms < 50 ? "" : elapsed(ms));
  return [shown(thinking), shown(person), shown(duration - thinking - person)];
}
