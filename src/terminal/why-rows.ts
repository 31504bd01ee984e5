import { amountsText } from "../cli/render/amounts.ts";
import { paintWith } from "../cli/render/paint.ts";
import { elapsed } from "../cli/render/time.ts";
import { whyLines } from "../cli/render/why.ts";
import { block } from "./block.ts";
import type { Facts } from "./facts.ts";
import type { Row } from "./rows.ts";
import { line } from "./styled.ts";

/** What holds a task, in the words of the command of that name, and what it has left. */
export function whyRows({ why, task }: Facts, now: number, screen: number): Row[] {
  const look = { paint: paintWith(false), now, here: (command: string) => command };
  const reasons = (why?.reasons ?? []).map((reason) => whyLines(reason, look).join("\n"));
  return [
    ...block("Why", reasons.join("\n\n") || "Nothing holds it.", screen),
    ...block("Budget", budgetText(task), screen),
    { line: line("") },
  ];
}

function budgetText(task: Facts["task"]): string {
  if (task === undefined) return "";
  const { budget, spent, left, time_left } = task;
  return [
    budget === undefined ? "granted  no limit of its own" : `granted  ${amountsText(budget)}`,
    `used     ${amountsText(spent) || "nothing yet"}`,
    left === undefined ? "" : `left     ${amountsText(left)}`,
    time_left === undefined ? "" : `time     ${time_left <= 0 ? "over" : `about ${elapsed(time_left)} left`}`,
  ]
    .filter((text) => text !== "")
    .join("\n");
}
