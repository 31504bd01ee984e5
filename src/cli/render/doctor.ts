import type { Examination } from "../../view/doctor/examine.ts";
import type { Finding } from "../../view/doctor/finding.ts";
import type { Paint } from "./paint.ts";
import { plain, plainLine } from "./plain.ts";

/** What was found, what was mended, and a last line that says what is left. */
export function drawExamination(
  { hosts, findings, fixed }: Examination & { fixed: readonly Finding[] },
  paint: Paint,
): string {
  const lines: string[] = [];
  for (const { pid, state, agents } of hosts) {
    const who = state === "alive" ? `Process ${pid}` : `Process ${pid} of another machine`;
    lines.push(paint("dim", `${who} hosts ${agents.map((agent) => plainLine(agent)).join(", ")}.`));
  }
  for (const finding of fixed) {
    lines.push(headOf(finding, paint("green", "mended")), `  ${plain(finding.text)}`);
    if (finding.fix !== undefined)
      lines.push(`  --fix ${plain(finding.fix.replace(/; so does the next host$/, ""))}.`);
  }
  for (const finding of findings) {
    const isLeft = finding.fix !== undefined || finding.todo !== undefined;
    lines.push(headOf(finding, paint(isLeft ? "red" : "dim", finding.kind)), `  ${plain(finding.text)}`);
    if (finding.fix !== undefined) lines.push(`  --fix ${plain(finding.fix)}.`);
    if (finding.todo !== undefined) lines.push(`  You: ${plain(finding.todo)}`);
  }
  lines.push(verdict(findings, fixed, paint));
  return `${lines.join("\n")}\n`;
}

function headOf({ agent, path }: Finding, word: string): string {
  return [word, ...(agent === undefined ? [] : [plainLine(agent)]), plainLine(path)].join("  ");
}

function verdict(findings: readonly Finding[], fixed: readonly Finding[], paint: Paint): string {
  const mendable = findings.filter(({ fix }) => fix !== undefined).length;
  const yours = findings.filter(({ fix, todo }) => fix === undefined && todo !== undefined).length;
  const mended = fixed.length === 0 ? "" : `${fixed.length} mended. `;
  if (mendable + yours === 0) {
    const rest = findings.length === 0 ? "" : " What is told above needs nothing done.";
    return mended + paint("green", `Nothing is ${fixed.length === 0 ? "" : "left "}wrong.`) + rest;
  }
  const parts = [
    ...(mendable === 0 ? [] : [`${mendable} can be mended with clawflow doctor --fix`]),
    ...(yours === 0 ? [] : [`${yours} ${yours === 1 ? "is" : "are"} for you`]),
  ];
  return mended + paint("red", `${mendable + yours} to be mended: ${parts.join(", ")}.`);
}
