import type { LogEvent } from "../../protocol/log-event.ts";
import type { Paint } from "./paint.ts";
import { plainLine } from "./plain.ts";

/** An event on a line: time, agent, what happened, the work, the rest. */
export function eventText(event: LogEvent, paint: Paint): string {
  const work =
    "subtask" in event && event.subtask !== undefined ? `${event.task}/${event.subtask}` : (event.task ?? "");
  const time = paint("dim", event.time.slice(0, 23).padEnd(23));
  const padded = event.event.padEnd(17);
  const name =
    event.event === "message:dead" || event.event === "edit:problem" ? paint("red", padded) : padded;
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
      return `${event.from} → ${event.to}  ${event.state}  ${event.control}${event.text === undefined ? "" : `  ${event.text}`}`;
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
    case "task:waiting":
      return event.text === undefined ? event.for : `${event.for}  ${event.text}`;
    case "edit:problem":
      return event.text.replace(/^#+ /, "");
    case "task:finished":
      return event.error === undefined ? event.status : `${event.status}  ${event.error}`;
    case "brain:called":
      return `${event.kind}  ${Math.round(event.duration)} ms  ${event.outcome}${event.error === undefined ? "" : `  ${event.error}`}`;
  }
}
