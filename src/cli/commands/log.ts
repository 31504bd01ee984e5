import { setTimeout as pause } from "node:timers/promises";
import { localTaskId } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import { findOneTask } from "../../view/find-task.ts";
import { jobFilter } from "../../view/log/job-filter.ts";
import { openLog } from "../../view/log/log-reader.ts";
import { openRoot } from "../../view/root-view.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { parseTarget } from "../person-message.ts";
import { type CommonOptions, findPlace, type Place, workspaceOf } from "../place.ts";
import { printJsonLine } from "../print-json.ts";
import { type Paint, paintWith } from "../render/paint.ts";
import { plainLine } from "../render/plain.ts";
import { sinceOf } from "../since.ts";
import { stopSignal } from "../stop-signal.ts";

export interface LogOptions extends CommonOptions {
  follow?: boolean;
  since?: string;
  task?: string;
}

const LOOK = 250;

/** Every event that the files tell of, by time; with `--follow` goes on until it is stopped. With `--json` one event a line. */
export async function logCommand(io: Io, options: LogOptions): Promise<ExitCode> {
  const since = sinceOf(options.since);
  const place = findPlace(io, options);
  const { agent } = options;
  const agents = agent === undefined ? place.agents : new Map([[agent, workspaceOf(place, agent)]]);
  const only = options.task === undefined ? undefined : jobFilter(workNamed(place, options.task, agent));
  const log = openLog(place.disk, options.task === undefined ? agents : place.agents, Date.now, only);
  const paint = paintWith(io.colour.out);
  const print = () => {
    for (const event of log.read()) {
      if (event.time < since) continue;
      if (options.json === true) printJsonLine(io, event);
      else io.out(`${eventText(event, paint)}\n`);
    }
  };
  print();
  if (options.follow !== true) return EXIT.done;
  const stop = stopSignal();
  try {
    const signal = AbortSignal.any([stop.signal, io.closed]);
    while (!signal.aborted) {
      await pause(LOOK, undefined, { signal }).catch(() => {});
      if (!signal.aborted) print();
    }
    return EXIT.done;
  } finally {
    stop.release();
  }
}

/** The local id of the work that is meant: of `TASK/SUBTASK` that of its first attempt. @throws E_NOT_FOUND */
function workNamed(place: Place, given: string, agent: string | undefined): string {
  const { task_id, subtask_id } = parseTarget(given);
  const found = findOneTask(openRoot(place.disk, place.agents), task_id, agent);
  if (subtask_id === undefined) return found.task.task_id;
  return localTaskId({ task_id: found.task.task_id, subtask_id, attempt: 1 });
}

function eventText(event: LogEvent, paint: Paint): string {
  const work =
    "subtask" in event && event.subtask !== undefined ? `${event.task}/${event.subtask}` : (event.task ?? "");
  const time = paint("dim", event.time.slice(0, 23).padEnd(23));
  const name = event.event === "message:dead" ? paint("red", event.event.padEnd(17)) : event.event.padEnd(17);
  return `${time}  ${plainLine(event.agent).padEnd(10)}  ${name}  ${plainLine(work)}  ${plainLine(detail(event), 120)}`.trimEnd();
}

function detail(event: LogEvent): string {
  switch (event.event) {
    case "task:sent":
    case "task:received":
      return `${event.from} → ${event.to}  ${event.state}  ${event.title}`;
    case "reply:sent":
    case "reply:received":
      return `${event.from} → ${event.to}  ${event.state}  ${event.status}`;
    case "control:sent":
    case "control:received":
      return `${event.from} → ${event.to}  ${event.state}  ${event.control}`;
    case "progress:sent":
    case "progress:received":
      return `${event.from} → ${event.to}  ${event.note}`;
    case "outcome:received":
    case "outcome:recorded":
      return `${event.from}  ${event.outcome}`;
    case "message:dead":
      return event.reason;
    case "task:created":
      return event.title;
    case "task:finished":
      return event.error === undefined ? event.status : `${event.status}  ${event.error}`;
    case "brain:called":
      return `${event.kind}  ${Math.round(event.duration)} ms  ${event.outcome}${event.error === undefined ? "" : `  ${event.error}`}`;
  }
}
