import { shortHash } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";

/**
 * What an event is known by, however often it is derived: the same when its file was moved, archived or removed since, and whatever became
 * of a message meanwhile. 16 hex digits.
 */
export function eventKey(event: LogEvent): string {
  return shortHash([event.event, event.agent, ...partsOf(event)], 16);
}

function partsOf(event: LogEvent): (string | number)[] {
  switch (event.event) {
    case "message:dead":
      return [event.file, event.time];
    case "task:created":
      return [event.task];
    // A task that is done again ends again.
    case "task:finished":
    case "edit:problem":
      return [event.task, event.time];
    case "task:waiting":
      return [event.task, event.for, event.time];
    case "brain:called":
      return [event.task, event.call];
    default:
      return [event.message, /\.again-\d+\.md$/.exec(event.file)?.[0] ?? ""];
  }
}
