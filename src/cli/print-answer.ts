import type { Answer } from "../view/answer.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { answerShape } from "./json-shapes.ts";
import { printJson } from "./print-json.ts";
import { paintWith } from "./render/paint.ts";
import { shownPath } from "./render/path.ts";
import { plain, plainLine } from "./render/plain.ts";
import { elapsed } from "./render/time.ts";

/** The answer on standard output; on standard error how it went and where to look. @param duration milliseconds */
export function printAnswer(io: Io, answer: Answer, duration: number, json: boolean): ExitCode {
  if (json) printJson(io, answerShape, { ...answer, duration: Math.round(duration) });
  else {
    if (answer.output !== "") {
      const text = io.terminal.out ? plain(answer.output) : answer.output;
      io.out(text.endsWith("\n") ? text : `${text}\n`);
    }
    io.err(summary(io, answer, duration));
  }
  return answer.status === "done" ? EXIT.done : EXIT.failed;
}

function summary(io: Io, answer: Answer, duration: number): string {
  const paint = paintWith(io.colour.err);
  const isDone = answer.status === "done";
  const verdict = paint(
    isDone ? "green" : "red",
    `${answer.status[0]?.toUpperCase()}${answer.status.slice(1)}`,
  );
  const lines = [
    `${verdict} in ${elapsed(duration)}, ${answer.messages} messages: ${plainLine(answer.task_id)}`,
  ];
  if (answer.error !== undefined) lines.push(plain(answer.error).trim());
  const { task, archive, answer: sent } = answer.look_at;
  lines.push(`  state    ${shownPath(io.cwd, task)}`);
  lines.push(`  history  ${shownPath(io.cwd, archive)}`);
  lines.push(`  answer   ${shownPath(io.cwd, sent)}`);
  for (const file of answer.files) {
    lines.push(`  file     ${plainLine(file.name)} (${file.bytes} bytes): ${shownPath(io.cwd, file.path)}`);
  }
  return `${lines.join("\n")}\n`;
}
