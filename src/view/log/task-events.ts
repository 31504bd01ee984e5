import { join } from "node:path";
import { isFinal } from "../../loop/phase.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { Task } from "../../protocol/task.ts";
import type { ReadDisk } from "../../store/disk.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { readCallsIn } from "../read-calls.ts";
import { readTaskFolder } from "../read-task.ts";

/** What the folder of a task says: its beginning, the calls that have ended, its end. */
export function taskEvents(disk: ReadDisk, paths: WorkspacePaths, agent: string, folder: string): LogEvent[] {
  const found = readTaskFolder(disk, paths, folder);
  if (found === undefined || !("task" in found)) return [];
  const { task } = found;
  const file = `tasks/${folder}/task.md`;
  const about = { v: 1 as const, agent, task: task.task_id };
  const { title, from, created_at: time } = task;
  const events: LogEvent[] = [{ ...about, event: "task:created", time, file, title, from }];
  events.push(...callEvents(disk, paths, agent, task, folder));
  if (!isFinal(task)) return events;
  const status = task.status as "done" | "failed" | "cancelled";
  const error = task.error === undefined ? {} : { error: task.error };
  events.push({
    ...about,
    event: "task:finished",
    time: task.finished_at ?? "",
    file,
    title,
    status,
    ...error,
  });
  return events;
}

function callEvents(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  task: Task,
  folder: string,
): LogEvent[] {
  return readCallsIn(disk, join(paths.tasks, folder, "calls")).flatMap((record): LogEvent[] => {
    const { call, question, kind, asked = 1, duration, outcome, exit, error } = record;
    if (kind === undefined) return [];
    const about = { v: 1 as const, agent, task: task.task_id, time: record.ended_at };
    return [
      {
        ...about,
        event: "brain:called",
        file: `tasks/${folder}/calls/${call}.json`,
        call,
        question,
        kind,
        asked,
        duration,
        outcome,
        ...(exit === undefined ? {} : { exit }),
        ...(error === undefined ? {} : { error }),
      },
    ];
  });
}
