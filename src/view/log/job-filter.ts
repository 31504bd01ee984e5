import { localTaskId, MESSAGE_FILE_NAME } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import { isNameOf, nameStart } from "../report/job-tasks.ts";

/** Which files and events are of one job, or of a part of it. Names only say which files need not be read. */
export interface JobFilter {
  folder(name: string): boolean;
  letter(name: string): boolean;
  event(event: LogEvent): boolean;
}

/** @param id a local task id, or of a subtask the one that its first attempt has: all that is below it, in every attempt, is of it */
export function jobFilter(id: string): JobFilter {
  const start = nameStart(id);
  return {
    folder: (name) => isNameOf(name, start),
    letter: (name) => mayBeOf(name, start),
    event: (event) => isPartOf(workOf(event), id) || isDeadOf(event, start),
  };
}

/** The id of a work, or of one below it. */
export function isPartOf(work: string, id: string): boolean {
  return work.startsWith(id) && /^(_\d+)?(\.|$)/.test(work.slice(id.length));
}

/** What an event is about, as the id that its receiver has for it. */
export function workOf(event: LogEvent): string {
  if (event.task === undefined) return "";
  const subtask_id = "subtask" in event ? event.subtask : undefined;
  const attempt = "attempt" in event ? (event.attempt ?? 1) : 1;
  // Of what is no message the id is the local one already.
  return "attempt" in event || subtask_id !== undefined
    ? localTaskId({ task_id: event.task, subtask_id, attempt })
    : event.task;
}

function mayBeOf(name: string, start: string): boolean {
  const type = MESSAGE_FILE_NAME.exec(name.replace(/\.again-\d+/, ""))?.[1];
  return type === undefined || isNameOf(name, start, type.length + 1);
}

/** A dead letter whose envelope cannot be read is known by its name alone. */
function isDeadOf(event: LogEvent, start: string): boolean {
  if (event.event !== "message:dead" || event.task !== undefined) return false;
  const name = event.file.slice(event.file.lastIndexOf("/") + 1);
  return MESSAGE_FILE_NAME.test(name) && mayBeOf(name, start);
}
