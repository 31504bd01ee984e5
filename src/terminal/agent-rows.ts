import { plainLine } from "../cli/render/plain.ts";
import { workOfLetter } from "./acts.ts";
import type { Inbox, Problem } from "./facts.ts";
import { deadLetter } from "./home-rows.ts";
import type { Row } from "./rows.ts";
import type { State } from "./state.ts";
import { line, span } from "./styled.ts";
import { clockText, columnFor, columns } from "./text.ts";

type Letter = Inbox["waiting"][number];

/** An agent: what is wrong with it, what waits in its inbox, what it handled last, the newest first. */
export function agentRows({ facts: { inbox, status }, size }: State): Row[] {
  if (inbox === undefined) return [];
  const { agent, waiting, handled, dead } = inbox;
  const problems = (status?.problems ?? []).filter((one) => one.agent === agent && one.task_id === undefined);
  const from = columnFor(
    [...waiting, ...handled].map((letter) => letter.from ?? "?"),
    Math.floor(size.columns * 0.15),
  );
  const rows = (letters: readonly Letter[]) => letters.map((letter) => letterRow(letter, from, size.columns));
  return [
    ...heading("Problems", problems.length, problems.map(problemRow)),
    ...heading("Waiting", waiting.length, rows(waiting)),
    ...heading("Handled, the last", handled.length, rows(handled.toReversed())),
    ...(dead === 0 ? [] : [{ line: line(span(`Dead letters: ${dead}`, "red")) }]),
  ];
}

function heading(title: string, count: number, rows: readonly Row[]): Row[] {
  return [{ line: line(span(`${title} (${count})`, "bold")), isHeading: true }, ...rows];
}

function problemRow(problem: Problem, at: number): Row {
  const { kind, agent, text, command } = problem;
  const letter = deadLetter(problem);
  return {
    get line() {
      return line("  ", span(kind.padEnd(12), "red"), plainLine(text));
    },
    key: `problem ${at}`,
    more: [text, ...(command === undefined ? [] : [`In a shell: ${command}`])],
    ...(letter === undefined
      ? {}
      : { opens: { view: "message" as const, message: letter }, work: workOfLetter(agent, letter) }),
  };
}

function letterRow(letter: Letter, from: number, screen: number): Row {
  const {
    file,
    type = "?",
    from: sender = "?",
    task_id = "",
    subtask,
    about = "",
    error,
    sent_at,
    message,
  } = letter;
  const work = subtask === undefined ? task_id : `${task_id}/${subtask}`;
  return {
    get line() {
      return line(
        "  ",
        ...columns(
          [clockText(sent_at), 8, "dim"],
          [type, 8, "cyan"],
          [sender, from],
          [work, screen < 56 ? 0 : Math.floor(screen * 0.3)],
          [error ?? about, 1],
        ),
      );
    },
    key: file,
    opens: { view: "message", message: message ?? file.slice(file.lastIndexOf("/") + 1) },
    more: [error ?? about, file],
  };
}
