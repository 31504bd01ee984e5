import { resolve } from "node:path";
import { localTaskId } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import { findOneTask } from "../../view/find-task.ts";
import { jobFilter } from "../../view/log/job-filter.ts";
import { openLog } from "../../view/log/log-reader.ts";
import { openRoot } from "../../view/root-view.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { openCursor } from "../log-cursor.ts";
import { parseTarget } from "../person-message.ts";
import { type CommonOptions, findPlace, type Place, workspaceOf } from "../place.ts";
import { printJsonLine } from "../print-json.ts";
import { eventText } from "../render/event.ts";
import { paintWith } from "../render/paint.ts";
import { sinceOf } from "../since.ts";
import { stopSignal } from "../stop-signal.ts";
import { lookAtChanges } from "../watch-files.ts";

export interface LogOptions extends CommonOptions {
  follow?: boolean;
  since?: string;
  task?: string;
  cursor?: string;
}

/**
 * Every event that the files tell of, by time; with `--follow` goes on until it is stopped. With `--json` one event a line. With a
 * cursor those that were not printed with it before.
 */
export async function logCommand(io: Io, options: LogOptions): Promise<ExitCode> {
  const since = sinceOf(options.since);
  const place = findPlace(io, options);
  const agents = agentsOf(place, options);
  const only =
    options.task === undefined ? undefined : jobFilter(workNamed(place, options.task, options.agent));
  const log = openLog(place.disk, agents, Date.now, only);
  const cursor = options.cursor === undefined ? undefined : openCursor(resolve(io.cwd, options.cursor));
  const show = printer(io, options.json === true);
  const look = () => {
    const events = log.read().filter((event) => event.time >= since && cursor?.isNew(event) !== false);
    for (const event of events) show(event);
    // Noted after they were written: of a crash in between they come twice, and none is lost.
    if (!io.closed.aborted) cursor?.passed(events);
  };
  try {
    look();
    if (options.follow === true) await follow(io, agents.values(), look);
  } finally {
    cursor?.close();
  }
  return EXIT.done;
}

async function follow(io: Io, directories: Iterable<string>, look: () => void): Promise<void> {
  const stop = stopSignal();
  try {
    await lookAtChanges(directories, look, AbortSignal.any([stop.signal, io.closed]));
  } finally {
    stop.release();
  }
}

function printer(io: Io, isJson: boolean): (event: LogEvent) => void {
  const paint = paintWith(io.colour.out);
  if (isJson) return (event) => printJsonLine(io, event);
  return (event) => io.out(`${eventText(event, paint)}\n`);
}

/** Of a job all agents have a part. */
function agentsOf(place: Place, { agent, task }: LogOptions): ReadonlyMap<string, string> {
  if (agent === undefined || task !== undefined) return place.agents;
  return new Map([[agent, workspaceOf(place, agent)]]);
}

/** The local id of the work that is meant: of `TASK/SUBTASK` that of its first attempt. @throws E_NOT_FOUND */
function workNamed(place: Place, given: string, agent: string | undefined): string {
  const { task_id, subtask_id } = parseTarget(given);
  const found = findOneTask(openRoot(place.disk, place.agents), task_id, agent);
  if (subtask_id === undefined) return found.task.task_id;
  return localTaskId({ task_id: found.task.task_id, subtask_id, attempt: 1 });
}
