import { AMOUNT_KINDS } from "../../protocol/amounts.ts";
import type { Decision, NextStep, Report } from "../../view/report/report.ts";
import { byTime, type Trouble } from "../../view/report/troubles.ts";
import { standingText } from "../../view/standing.ts";
import { amountsText } from "./amounts.ts";
import { codeText, fencedText, inlineText, tableText } from "./markdown.ts";
import { shownPath } from "./path.ts";
import { filesTable, partLines } from "./report-evidence.ts";
import { timeSection } from "./report-time.ts";
import { elapsed } from "./time.ts";
import { treeLines } from "./tree.ts";

/** From where paths are shown, and the time of the report in milliseconds since 1970. */
export interface ReportLook {
  cwd: string;
  now: number;
  /** A command with what it needs to be found again: `--root`, `--team`. */
  command(words: readonly string[]): string;
}

/** The report as Markdown. Texts of agents and people stand in fences or escaped: nothing of them can be taken for the report's own. */
export function reportText(report: Report, look: ReportLook): string {
  const sections = [
    headSection(report),
    askedSection(report, look),
    conclusionSection(report),
    evidenceSection(report, look),
    actionSection(report, look),
    workSection(report, look),
    timeSection(report),
    decisionsSection(report, look),
    troublesSection(report, look),
    costSection(report),
    placesSection(report, look),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function headSection(report: Report): string {
  const { title, status, standing, so_far, task_id, agent, begun_at, duration, messages } = report;
  const state = so_far ? `${status}: ${inlineText(standingText(standing), 200)}` : status;
  const parts = [
    `**${state}**`,
    `${codeText(task_id)} at ${inlineText(agent)}`,
    `begun ${timeText(begun_at)}`,
    so_far ? `${elapsed(duration)} so far` : `took ${elapsed(duration)}`,
    `${messages} messages`,
  ];
  const note = so_far ? `\n\nThis is how it stood at ${timeText(report.made_at)}; it goes on.` : "";
  return `# ${inlineText(title) || inlineText(task_id)}\n\n${parts.join(" · ")}${note}`;
}

function askedSection({ asked }: Report, { cwd }: ReportLook): string {
  const parts = [`## Asked by ${inlineText(asked.by)}`, fencedText(asked.instructions)];
  if (asked.context !== "") parts.push("### Context", fencedText(asked.context));
  if (asked.expected_output !== "") parts.push("### Expected output", fencedText(asked.expected_output));
  if (asked.files.length > 0) parts.push(filesTable(asked.files, cwd));
  return parts.join("\n\n");
}

/** What the answer says itself to be the conclusion, or the whole of it. */
function conclusionSection({ answer, so_far }: Report): string {
  const parts = ["## Conclusion"];
  const text = answer.sections?.conclusion ?? answer.text;
  if (answer.error !== undefined) parts.push(`${answer.status}: ${inlineText(answer.error, 2000)}`);
  if (text !== "") {
    if (answer.status !== "done") parts.push("What there is of it:");
    parts.push(fencedText(text, "markdown"));
  } else if (answer.error === undefined)
    parts.push(so_far ? "There is no answer yet." : "The answer is empty.");
  if (answer.confidence !== undefined && answer.confidence < 1)
    parts.push(`Confidence: ${Math.round(answer.confidence * 100)} %`);
  return parts.join("\n\n");
}

function evidenceSection({ answer, evidence }: Report, { cwd }: ReportLook): string {
  const parts = ["## Evidence"];
  if (answer.sections?.evidence !== undefined) parts.push(fencedText(answer.sections.evidence, "markdown"));
  if (evidence.length > 0) parts.push(evidence.map(partLines).join("\n"));
  const files = [...answer.files, ...evidence.flatMap((part) => part.files)];
  if (files.length > 0) parts.push(filesTable(files, cwd));
  if (parts.length === 1) parts.push("The answer rests on no subtasks and no files.");
  return parts.join("\n\n");
}

function actionSection({ answer, next, so_far }: Report, { command }: ReportLook): string {
  const parts = ["## Action"];
  if (answer.sections?.action !== undefined) parts.push(fencedText(answer.sections.action, "markdown"));
  const line = (step: NextStep) =>
    `- ${inlineText(step.text, 500)}${step.command === undefined ? "" : `: ${codeText(command(step.command))}`}`;
  if (next.length > 0) parts.push(next.map(line).join("\n"));
  if (parts.length === 1) parts.push(so_far ? "Nothing waits for a person." : "Nothing is left to do.");
  return parts.join("\n\n");
}

function workSection({ tree, agents }: Report, { now }: ReportLook): string {
  const look = { paint: (_: unknown, text: string) => text, width: 100, now };
  const rows = agents.map(({ agent, tasks, calls, thinking, used }) => [
    inlineText(agent),
    Object.entries(tasks)
      .map(([status, count]) => `${count} ${status}`)
      .join(", "),
    String(calls),
    elapsed(thinking),
    amountsText(used) || "not known",
  ]);
  const table = tableText(["agent", "tasks", "calls of its brain", "thinking", "tokens, money"], rows);
  return `## Who did what\n\n${fencedText(treeLines(tree, look).join("\n"))}\n\n${table}`;
}

function decisionsSection({ decisions }: Report, { cwd }: ReportLook): string {
  if (decisions.length === 0) return "";
  const lines = decisions.map((decision) => {
    const { time, by, agent, task_id, subtask, text, question, file, what } = decision;
    const where = codeText(subtask === undefined ? task_id : `${task_id}/${subtask}`);
    const to = by === agent ? "" : ` (${inlineText(agent)})`;
    const said = `- ${timeText(time)} **${inlineText(by)}** ${WHAT[what]} ${where}${to}`;
    const isShort = !text.includes("\n") && text.length <= 200;
    const rest =
      text === "" ? "" : isShort ? `: ${inlineText(text)}` : `:\n\n${indented(fencedText(text))}\n`;
    const asked = question === undefined ? "" : ` “${inlineText(question, 100)}”`;
    return `${said}${asked}${rest}\n  ${codeText(shownPath(cwd, file))}`;
  });
  return `## Decisions\n\n${lines.join("\n")}`;
}

const WHAT: Record<Decision["what"], string> = {
  plan: "planned",
  ask: "asked a question about",
  results: "gave the results of",
  error: "gave up",
  cancel: "cancelled",
  pause: "paused",
  resume: "resumed",
  retry: "wanted done again",
  approve: "approved the plan of",
  reject: "rejected the plan of",
  answer: "answered the question of",
  edit: "edited",
};

function troublesSection({ troubles }: Report, { cwd }: ReportLook): string {
  if (troubles.length === 0) return "";
  const line = ({ kind, agent, task_id, subtask, attempt, text, time, file }: Trouble) => {
    const name = subtask === undefined ? task_id : `${task_id}/${subtask}`;
    const what = [
      `**${kind}**`,
      ...(name === undefined ? [] : [codeText(name)]),
      `(${inlineText(agent)}${attempt !== undefined && attempt > 1 ? `, attempt ${attempt}` : ""})`,
    ];
    const where = file === undefined ? "" : `\n  ${codeText(shownPath(cwd, file))}`;
    return `- ${time === undefined ? "" : `${timeText(time)} `}${what.join(" ")}: ${inlineText(text, 500)}${where}`;
  };
  return `## What went wrong\n\n${[...troubles].sort(byTime).map(line).join("\n")}`;
}

function costSection({ cost: { used, granted, left } }: Report): string {
  const kinds = AMOUNT_KINDS.filter((kind) => (used[kind] ?? granted?.[kind]) !== undefined);
  const cell = (value: number | undefined) => (value === undefined ? "" : String(value));
  const rows = kinds.map((kind) =>
    granted === undefined
      ? [kind, cell(used[kind] ?? 0)]
      : [kind, cell(used[kind] ?? 0), cell(granted[kind]) || "no limit", cell(left?.[kind])],
  );
  const head = granted === undefined ? ["", "used"] : ["", "used", "granted", "left"];
  const isKnown = used.tokens !== undefined || used.usd !== undefined;
  const note = isKnown ? "" : "\n\nNo brain said what it used of tokens and money.";
  return `## Cost\n\n${tableText(head, rows)}${note}`;
}

function placesSection({ look_at, asked }: Report, { cwd }: ReportLook): string {
  const places: [string, string | undefined][] = [
    ["task", look_at.task],
    ["as it was asked", asked.message],
    ["messages", look_at.archive],
    ["answer", look_at.answer],
  ];
  const lines = places.flatMap(([what, path]) =>
    path === undefined || path === "" ? [] : [`- ${what}: ${codeText(shownPath(cwd, path))}`],
  );
  return `## Where everything stands\n\n${lines.join("\n")}`;
}

/** `2026-11-20 23:49:43 UTC` */
function timeText(iso: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(iso) ?? [];
  return day === undefined ? inlineText(iso, 40) : `${day} ${time} UTC`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
