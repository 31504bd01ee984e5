import { plainLine } from "../cli/render/plain.ts";
import { type Work, workOfLetter } from "./acts.ts";
import type { Problem, TaskLine } from "./facts.ts";
import type { Row } from "./rows.ts";
import type { State, View } from "./state.ts";
import { line, span, type Tone } from "./styled.ts";
import { age, columnFor, columns, standsText } from "./text.ts";

/** A person's turn; the other problems are faults. */
const TURN: readonly Problem["kind"][] = ["approval", "answer", "person", "paused"];

interface Widths {
  name: number;
  agent: number;
}

/** What needs a person, what lies in inboxes, what runs, what was finished. @param all also the parts of what runs, which its tree shows */
export function homeRows({ facts: { status }, now, size }: State, all: boolean): Row[] {
  if (status === undefined) return [];
  const { problems, waiting, running, finished } = status;
  const jobs = all ? running : running.filter((task) => !isPart(task, running));
  const widths = widthsFor(
    [...problems, ...jobs, ...finished, ...waiting].map((one) => [nameOf(one), one.agent]),
    size.columns,
  );
  const rows = [
    ...section(
      "Needs you",
      problems.map((problem, at) => problemRow(problem, at, widths, now)),
    ),
    ...section(
      "In the inbox",
      waiting.map(({ agent, messages }) => ({
        get line() {
          return line("  ", ...columns([agent, widths.name], [messagesText(messages), 1]));
        },
        key: `inbox ${agent}`,
        opens: { view: "agent", agent },
      })),
    ),
    ...section(
      "Running",
      jobs.map((task) => runningRow(task, running, widths, now)),
    ),
    ...section(
      "Finished",
      finished.map((task) => finishedRow(task, widths, now)),
    ),
  ];
  return rows.length > 0 ? rows : NOTHING.map((text) => ({ line: line(span(text, "dim")) }));
}

const NOTHING = [
  "",
  "  Nothing is going on, and nothing was finished within a day.",
  "",
  '  Give some work:  clawflow run "…"',
];

function section(title: string, rows: readonly Row[]): Row[] {
  if (rows.length === 0) return [];
  return [{ line: line(span(`${title} (${rows.length})`, "bold")), isHeading: true }, ...rows];
}

function problemRow(problem: Problem, at: number, widths: Widths, now: number): Row {
  const { kind, agent, task_id: task, subtask, text, since, command, file } = problem;
  const isTurn = TURN.includes(kind);
  const tone: Tone = isTurn ? "yellow" : "red";
  const target =
    task === undefined ? undefined : { agent, task, ...(subtask === undefined ? {} : { subtask }) };
  const letter = deadLetter(problem);
  const work: Work | undefined =
    letter !== undefined
      ? workOfLetter(agent, letter)
      : target === undefined
        ? undefined
        : { target, stands: kind === "failed" ? "ended" : "open" };
  const opens: View =
    task === undefined ? { view: "agent", agent } : { view: "task", agent, task, tab: "tree" };
  const name = nameOf(problem);
  return {
    get line() {
      return line(
        span(isTurn ? "? " : "! ", tone),
        ...columns(
          [name, widths.name],
          [agent, widths.agent, "dim"],
          [age(since, now), 6, "dim"],
          [kind, 1, tone],
        ),
        `  ${plainLine(text)}`,
      );
    },
    key: `need ${kind} ${agent} ${name}${file === undefined ? "" : ` ${file}`}${task === undefined ? ` ${at}` : ""}`,
    opens,
    ...(work === undefined ? {} : { work }),
    more: [text, ...(command === undefined ? [] : [`In a shell: ${command}`])],
  };
}

/** Its name, where it is a message that can be handled once more. */
export function deadLetter({ kind, file }: Problem): string | undefined {
  return kind === "dead" && file?.endsWith(".md") ? file.slice(file.lastIndexOf("/") + 1) : undefined;
}

function runningRow(task: TaskLine, running: readonly TaskLine[], widths: Widths, now: number): Row {
  const { agent, task_id, standing, title, created_at } = task;
  const below = running.filter((other) => isPartOf(other, task)).length;
  const isPersons = standing.state === "waiting" && standing.person === true;
  return {
    get line() {
      return line(
        span(isPersons ? "? " : "● ", isPersons ? "yellow" : "cyan"),
        ...columns(
          [task_id, widths.name],
          [agent, widths.agent, "dim"],
          [age(created_at, now), 6, "dim"],
          [`${standsText(standing)}${below > 0 ? `; ${below} below` : ""}`, 1],
        ),
        span(`  ${plainLine(title)}`, "dim"),
      );
    },
    key: `run ${agent} ${task_id}`,
    opens: { view: "task", agent, task: task_id, tab: "tree" },
    work: { target: { agent, task: task_id }, stands: "open" },
    more: [title, standsText(standing)],
  };
}

const ENDS: Record<string, readonly [sign: string, tone: Tone]> = {
  done: ["✓ ", "green"],
  failed: ["✗ ", "red"],
};

function finishedRow(task: TaskLine, widths: Widths, now: number): Row {
  const { agent, task_id, status, title, finished_at, error = "" } = task;
  const [sign, tone] = ENDS[status] ?? ["- ", "dim" as const];
  return {
    get line() {
      return line(
        span(sign, tone),
        ...columns(
          [task_id, widths.name],
          [agent, widths.agent, "dim"],
          [age(finished_at, now), 6, "dim"],
          [status, 1, tone],
        ),
        span(`  ${plainLine(error || title)}`, "dim"),
      );
    },
    key: `end ${agent} ${task_id}`,
    opens: { view: "task", agent, task: task_id, tab: "tree" },
    work: { target: { agent, task: task_id }, stands: status === "done" ? "done" : "ended" },
    more: [title, ...(error === "" ? [] : [error])],
  };
}

function widthsFor(shown: readonly (readonly [name: string, agent: string])[], screen: number): Widths {
  const name = columnFor(
    shown.map(([text]) => text),
    Math.max(8, Math.floor(screen * 0.36)),
  );
  const agent = columnFor(
    shown.map(([, text]) => text),
    Math.max(6, Math.floor(screen * 0.15)),
  );
  return { name, agent: screen < 56 ? 0 : agent };
}

function nameOf(one: { agent: string; task_id?: string; subtask?: string; file?: string }): string {
  if (one.task_id === undefined) return one.file ?? one.agent;
  return one.subtask === undefined ? one.task_id : `${one.task_id}/${one.subtask}`;
}

/** Whether something else that runs has it as a part: the name of a part begins with that of the whole. */
function isPart(task: TaskLine, running: readonly TaskLine[]): boolean {
  return task.depth > 0 && running.some((other) => isPartOf(task, other));
}

function isPartOf(task: TaskLine, whole: TaskLine): boolean {
  return task.depth > whole.depth && task.task_id.startsWith(`${whole.task_id}.`);
}

function messagesText(messages: number): string {
  return `${messages} ${messages === 1 ? "message" : "messages"}, not yet handled`;
}
