import { ClawflowError } from "../../protocol/errors.ts";
import { type Hit, searchRoot, searchWords } from "../../view/search/search.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { searchShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { type Paint, paintWith } from "../render/paint.ts";
import { plainLine } from "../render/plain.ts";

export interface SearchOptions extends CommonOptions {
  limit: string;
}

const MOST = 10_000;

/** Tasks and messages of all agents in which all the words occur, the newest first. */
export async function searchCommand(
  io: Io,
  given: readonly string[],
  options: SearchOptions,
): Promise<ExitCode> {
  const words = searchWords(given.join(" "));
  if (words.length === 0) throw new ClawflowError("E_USAGE", "no word to look for", { at: "search" });
  const limit = limitOf(options.limit);
  const place = findPlace(io, options);
  const { agent } = options;
  const agents = agent === undefined ? place.agents : new Map([[agent, workspaceOf(place, agent)]]);
  const result = searchRoot(place.disk, agents, words, limit);
  if (options.json === true) {
    printJson(io, searchShape, result);
    return EXIT.done;
  }
  const paint = paintWith(io.colour.out);
  for (const hit of result.found) io.out(hitText(hit, paint));
  if (result.found.length === 0) io.err("Nothing found.\n");
  if (result.more) io.err(`There is more; --limit ${limit * 2} shows twice as much.\n`);
  return EXIT.done;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MOST) return limit;
  throw new ClawflowError("E_USAGE", "not a number of places", {
    at: "--limit",
    expected: `1 to ${MOST}`,
    found: JSON.stringify(text),
  });
}

function hitText(hit: Hit, paint: Paint): string {
  const { time, agent, task_id = "", subtask, type = hit.kind, field, file, excerpt } = hit;
  const work = subtask === undefined ? task_id : `${task_id}/${subtask}`;
  const head = `${time.slice(0, 16).replace("T", " ").padEnd(16)}  ${agent}  ${work}  ${type}, ${field}`;
  return `${paint("dim", plainLine(head))}\n    ${plainLine(excerpt)}\n    ${paint("dim", plainLine(`${agent}/${file}`))}\n`;
}
