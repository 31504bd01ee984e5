import { ClawflowError } from "../../protocol/errors.ts";
import type { Task } from "../../protocol/task.ts";
import { faultOf, stateOf } from "../../view/fault-of.ts";
import { type FoundLetter, findLetters } from "../../view/find-letter.ts";
import { findOneTask } from "../../view/find-task.ts";
import type { RootView } from "../../view/root-view.ts";
import { standingOfTask, standingText } from "../../view/standing.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { shownMessageShape, shownTaskShape } from "../json-shapes.ts";
import { parseTarget } from "../person-message.ts";
import { findPlace, type ReaderOptions } from "../place.ts";
import { printJson } from "../print-json.ts";
import { type Paint, paintWith } from "../render/paint.ts";
import { shownPath } from "../render/path.ts";
import { plain, plainLine } from "../render/plain.ts";
import { shownForAgent } from "../render/shown-task.ts";
import { viewPlace } from "../view-place.ts";

/** One task with its texts and results, or one message as it stands in its file. */
export async function showCommand(io: Io, name: string, options: ReaderOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const view = viewPlace(place);
  const letters = /^m-|^h-|^v1-|\.md$/.test(name) ? findLetters(view, name) : [];
  if (letters.length > 0) showMessage(io, letters, view, options);
  else if (name.endsWith(".md")) throw new ClawflowError("E_NOT_FOUND", `there is no message ${name}`);
  else {
    const { task_id, subtask_id } = parseTarget(name);
    const { agent, task } = findTaskOrMessage(view, task_id, options.agent);
    showTask(io, view, agent, task, subtask_id, options);
  }
  return EXIT.done;
}

function findTaskOrMessage(
  view: RootView,
  id: string,
  agent: string | undefined,
): { agent: string; task: Task } {
  try {
    return findOneTask(view, id, agent);
  } catch (error) {
    if (!(error instanceof ClawflowError) || error.code !== "E_NOT_FOUND") throw error;
    throw new ClawflowError("E_NOT_FOUND", `there is no task and no message ${id}`, {
      hint: error.detail.hint ?? "",
    });
  }
}

function showMessage(io: Io, letters: readonly FoundLetter[], view: RootView, options: ReaderOptions): void {
  const [first] = letters;
  if (first === undefined) return;
  const text = Buffer.from(view.disk.read(first.path)).toString("utf8");
  const places = letters.map(({ agent, letter, path }) => ({ agent, place: letter.place, path }));
  if (options.json === true) {
    printJson(io, shownMessageShape, { message: first.letter.id ?? first.letter.name, places, text });
    return;
  }
  for (const { agent, place, path } of places)
    io.err(`${plainLine(agent)} ${place}: ${shownPath(io.cwd, path)}\n`);
  io.out(io.terminal.out ? plain(text) : text);
}

function showTask(
  io: Io,
  view: RootView,
  agent: string,
  task: Task,
  only: string | undefined,
  options: ReaderOptions,
): void {
  if (only !== undefined && !task.subtasks.has(only)) {
    throw new ClawflowError("E_NOT_FOUND", `${task.task_id} has no subtask ${only}`, {
      expected: [...task.subtasks.keys()].slice(0, 20).join(", ") || "a task with subtasks",
    });
  }
  const standing = standingOfTask(view, agent, task);
  const subtasks = [...task.subtasks].filter(([id]) => only === undefined || id === only);
  if (options.json === true) {
    const { text, subtasks: _, extra: __, layout: ____, ...fields } = task;
    const shown = subtasks.map(([id, { extra: ___, ...subtask }]) => ({ subtask: id, ...subtask }));
    printJson(io, shownTaskShape, { agent, standing, ...fields, text, subtasks: shown });
    return;
  }
  if (options.forAgent === true) {
    io.out(`${shownForAgent(agent, task, standing, subtasks, only === undefined).join("\n")}\n`);
    return;
  }
  const paint = paintWith(io.colour.out);
  const lines = [
    `${paint("bold", plainLine(task.title))}`,
    `${plainLine(task.task_id)}  ${plainLine(agent)}  ${plainLine(standingText(standing), 200)}`,
  ];
  if (task.waiting !== undefined) lines.push(paint("yellow", plain(task.waiting.text)));
  if (task.error !== undefined) lines.push(paint("red", plain(task.error)));
  if (only === undefined) {
    addSection(lines, paint, "Instructions", task.text.instructions);
    addSection(lines, paint, "Context", task.text.context);
    addSection(lines, paint, "Expected output", task.text.expected_output);
    addSection(lines, paint, "Notes", task.text.notes);
  }
  for (const [id, subtask] of subtasks) {
    const { agent: to, attempt, results, depends_on } = subtask;
    const error = faultOf(subtask);
    const after = depends_on.length === 0 ? "" : `, after ${depends_on.join(", ")}`;
    const again = attempt > 1 ? `, attempt ${attempt}` : "";
    lines.push("", paint("bold", plainLine(`${id}: ${stateOf(subtask)} (${to}${again}${after})`)));
    if (error !== undefined) lines.push(plain(error));
    if (results !== undefined && results !== "") lines.push(plain(results).trimEnd());
  }
  if (only === undefined) {
    addSection(lines, paint, "Answer", task.text.output);
    addSection(lines, paint, "Partial results", task.text.partial);
  }
  io.out(`${lines.join("\n")}\n`);
}

function addSection(lines: string[], paint: Paint, heading: string, text: string): void {
  if (text !== "") lines.push("", paint("bold", heading), plain(text).trimEnd());
}
