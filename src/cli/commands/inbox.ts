import { join } from "node:path";
import type { ReadDisk } from "../../store/disk.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { workspacePaths } from "../../store/layout.ts";
import { type LetterLine, letterLine } from "../../view/letter-line.ts";
import { eachLetter, foldersOf, isLetterName, readLetter } from "../../view/letters.ts";
import { listNames } from "../../view/read-text.ts";
import { openRoot } from "../../view/root-view.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { inboxShape } from "../json-shapes.ts";
import { type CommonOptions, chosenAgent, findPlace, knownAgent, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { paintWith } from "../render/paint.ts";
import { padded, plainLine } from "../render/plain.ts";

/** Messages that were handled, of which so many are listed. */
const MOST_HANDLED = 50;

/** What an agent got: what waits in its inbox, and what it handled last. */
export async function inboxCommand(
  io: Io,
  given: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  const agent = given === undefined ? chosenAgent(place, options.agent) : knownAgent(place, given);
  const paths = workspacePaths(workspaceOf(place, agent));
  const waiting = [...eachLetter(place.disk, paths, agent, ["inbox"])].map(letterLine);
  const handled = lastHandled(place.disk, paths, agent);
  const dead = openRoot(place.disk, place.agents).mail(agent)?.dead ?? new Set<string>();
  const deadCount = [...dead].filter(isLetterName).length;
  if (options.json === true) printJson(io, inboxShape, { agent, waiting, handled, dead: deadCount });
  else {
    const paint = paintWith(io.colour.out);
    const lines = [paint("bold", `Waiting (${waiting.length})`), ...waiting.map(line)];
    lines.push(paint("bold", `Handled, the last ${handled.length}`), ...handled.map(line));
    if (deadCount > 0)
      lines.push(paint("red", `Dead letters: ${deadCount} (clawflow dead list --agent ${agent})`));
    io.out(`${lines.join("\n")}\n`);
  }
  return EXIT.done;
}

/** Of the last days, the newest last; what the agent sent to itself was not got from anybody. */
function lastHandled(disk: ReadDisk, paths: WorkspacePaths, agent: string): LetterLine[] {
  const lines: LetterLine[] = [];
  for (const day of foldersOf(disk, paths, "archive").reverse()) {
    const names = listNames(disk, day).filter(isLetterName);
    const times = new Map(names.map((name) => [name, disk.stat(join(day, name))?.mtimeMs ?? 0]));
    names.sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
    for (const name of names) {
      if (lines.length >= MOST_HANDLED) return lines.reverse();
      const letter = readLetter(disk, paths, agent, "archive", join(day, name));
      if (letter !== undefined && letter.message?.from !== agent) lines.push(letterLine(letter));
    }
  }
  return lines.reverse();
}

function line({
  type = "?",
  from = "?",
  task_id = "",
  subtask,
  about = "",
  error,
  sent_at = "",
}: LetterLine): string {
  const work = subtask === undefined ? task_id : `${task_id}/${subtask}`;
  const parts = [
    padded(plainLine(sent_at.slice(0, 19)), 19),
    padded(plainLine(type), 8),
    padded(plainLine(from), 10),
    padded(plainLine(work), 32),
    plainLine(error ?? about, 100),
  ];
  return `  ${parts.join("  ")}`.trimEnd();
}
