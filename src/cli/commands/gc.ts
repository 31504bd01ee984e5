import { isFinal } from "../../loop/phase.ts";
import { parseDuration } from "../../protocol/duration.ts";
import { GC_AGE_MS, gc } from "../../store/gc.ts";
import type { GoneEvent } from "../../store/gone-events.ts";
import { workspacePaths } from "../../store/layout.ts";
import { eventKey } from "../../view/log/event-key.ts";
import { openLog } from "../../view/log/log-reader.ts";
import { listTasks, readTaskFolder } from "../../view/read-task.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { gcShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, type Place } from "../place.ts";
import { printJson } from "../print-json.ts";
import { plainLine } from "../render/plain.ts";
import { withWorkspaces } from "../with-workspaces.ts";

export interface GcCommandOptions extends CommonOptions {
  olderThan?: string;
  dryRun?: boolean;
}

const DAY = 24 * 3600 * 1000;

/** Removes what is finished and old: the only command that deletes files of a root. No host may run meanwhile. */
export async function gcCommand(io: Io, options: GcCommandOptions): Promise<ExitCode> {
  const olderThan = ageOf(options.olderThan);
  const place = findPlace(io, options);
  refuseToBrains(io, place, "gc");
  const now = Date.now();
  const tasks = oldTasks(place, now - olderThan);
  const removed = options.dryRun === true ? undefined : await collect(place, { olderThan, now });
  if (options.json === true) {
    printJson(io, gcShape, {
      dry_run: removed === undefined,
      tasks,
      ...(removed === undefined ? {} : { removed }),
    });
  } else {
    for (const { agent, task_id } of tasks) io.out(`${plainLine(agent)}  ${plainLine(task_id)}\n`);
    if (removed === undefined)
      io.err(`${tasks.length} tasks would be removed, with their messages and attachments.\n`);
    else
      io.err(`Removed ${removed.tasks} tasks, ${removed.messages} messages, ${removed.blobs} attachments.\n`);
  }
  return EXIT.done;
}

function ageOf(text: string | undefined): number {
  if (text === undefined) return GC_AGE_MS;
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  return days === undefined ? parseDuration(text, "--older-than", "E_USAGE") : Number(days) * DAY;
}

function oldTasks({ disk, agents }: Place, before: number): { agent: string; task_id: string }[] {
  return [...agents].flatMap(([agent, directory]) => {
    const paths = workspacePaths(directory);
    return listTasks(disk, paths).flatMap(({ folder }) => {
      const found = readTaskFolder(disk, paths, folder);
      if (found === undefined || !("task" in found) || !isFinal(found.task)) return [];
      const { task_id, finished_at, created_at } = found.task;
      return Date.parse(finished_at ?? created_at) < before ? [{ agent, task_id }] : [];
    });
  });
}

/** What a log tells of a workspace up to a time. */
function oldEvents({ disk, agents }: Place, root: string, before: number): GoneEvent[] {
  const own = new Map([...agents].filter(([, directory]) => workspacePaths(directory).root === root));
  const events = openLog(disk, own, () => before).read();
  return events
    .filter(({ time }) => !(Date.parse(time) >= before))
    .map((event) => ({ key: eventKey(event), event }));
}

async function collect(
  place: Place,
  options: { olderThan: number; now: number },
): Promise<{ tasks: number; messages: number; blobs: number }> {
  const sum = { tasks: 0, messages: 0, blobs: 0 };
  await withWorkspaces(place, place.agents.keys(), async (store, workspaces) => {
    for (const workspace of workspaces) {
      const events = oldEvents(place, workspace.paths.root, options.now - options.olderThan);
      const { tasks, messages, blobs } = await gc(store, workspace, { ...options, events });
      sum.tasks += tasks;
      sum.messages += messages;
      sum.blobs += blobs;
    }
  });
  return sum;
}
