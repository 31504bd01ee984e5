import { join } from "node:path";
import { isFinal } from "../../loop/phase.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { Task } from "../../protocol/task.ts";
import type { ReadDisk } from "../../store/disk.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { type Call, readCallsIn } from "../read-calls.ts";
import { readTaskFolder } from "../read-task.ts";
import { readText } from "../read-text.ts";
import { type PersonWait, personWaits, type Said } from "../times/person-waits.ts";

/**
 * What the folder of a task says: its beginning, the calls that have ended, when it was a person's turn, its end.
 *
 * @param saidOf what the archive holds of it
 */
export function taskEvents(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  folder: string,
  saidOf: (task: string) => readonly Said[],
): LogEvent[] {
  const found = readTaskFolder(disk, paths, folder);
  if (found === undefined || !("task" in found)) return [];
  const { task } = found;
  const file = `tasks/${folder}/task.md`;
  const about = { v: 1 as const, agent, task: task.task_id };
  const { title, from, created_at: time } = task;
  const events: LogEvent[] = [{ ...about, event: "task:created", time, file, title, from }];
  const calls = readCallsIn(disk, join(paths.tasks, folder, "calls"));
  events.push(...callEvents(calls, agent, task, folder));
  events.push(...waitEvents(personWaits(task, calls, saidOf(task.task_id)), agent, task, file));
  events.push(...editEvents(disk, paths, agent, task, folder));
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

function callEvents(calls: readonly Call[], agent: string, task: Task, folder: string): LogEvent[] {
  return calls.flatMap((record): LogEvent[] => {
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

function waitEvents(waits: readonly PersonWait[], agent: string, task: Task, file: string): LogEvent[] {
  const asked = questionsIn(task.text.context);
  return waits.map(({ for: what, since, until, subtask }) => {
    const open = subtask === undefined ? task.waiting : task.subtasks.get(subtask)?.waiting;
    const past = what === "answer" && subtask === undefined ? asked.shift() : undefined;
    const text = until === undefined ? open?.text : past;
    return {
      v: 1,
      event: "task:waiting",
      agent,
      task: task.task_id,
      ...(subtask === undefined ? {} : { subtask }),
      time: since,
      file,
      for: what,
      ...(text === undefined ? {} : { text }),
    };
  });
}

/** Questions that were answered stand in the Context, with their answers. */
function questionsIn(context: string): string[] {
  const exchanges = context.split(/^Question: /m).slice(1);
  return exchanges.map((one) => (one.split(/\nAnswer(?: of [^\n:]+)?: /)[0] ?? "").trim());
}

function editEvents(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  task: Task,
  folder: string,
): LogEvent[] {
  const path = join(paths.tasks, folder, "task.problem.md");
  const found = disk.stat(path);
  if (found === undefined) return [];
  const text = (readText(disk, path) ?? "").trim().slice(0, 2_000).toWellFormed();
  const time = new Date(found.mtimeMs).toISOString();
  const file = `tasks/${folder}/task.problem.md`;
  return [{ v: 1, event: "edit:problem", agent, task: task.task_id, time, file, text }];
}
