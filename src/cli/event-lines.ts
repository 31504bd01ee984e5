import type { HostEvent } from "../host/events.ts";
import type { Io } from "./io.ts";
import { type Paint, paintWith } from "./render/paint.ts";
import { plainLine } from "./render/plain.ts";
import { elapsed } from "./render/time.ts";

const LONGEST_TITLE = 80;
const NOTES: readonly HostEvent["type"][] = ["message:dead", "edit:kept", "agent:problem", "host:failed"];

/**
 * What a host does, one line on standard error for each event that matters.
 *
 * @returns a listener for `host.on`
 */
export function eventLines(io: Io, begun = performance.now()): (event: HostEvent) => void {
  const paint = paintWith(io.colour.err);
  return (event) => {
    const line = eventLine(event, paint);
    if (line !== undefined)
      io.err(`${paint("dim", elapsed(performance.now() - begun).padStart(7))}  ${line}\n`);
  };
}

/** What a tree does not show, as a line; `undefined` of everything else. */
export function noteLine(event: HostEvent, io: Io): string | undefined {
  const isNote = NOTES.includes(event.type);
  return isNote ? eventLine(event, paintWith(io.colour.err)) : undefined;
}

function eventLine(event: HostEvent, paint: Paint): string | undefined {
  const at = (agent: string) => paint("bold", plainLine(agent).padEnd(10));
  switch (event.type) {
    case "host:started":
      return `${paint("bold", "host".padEnd(10))} runs ${event.agents.map((agent) => plainLine(agent)).join(", ")}`;
    case "host:stopped":
      return `${paint("bold", "host".padEnd(10))} stopped`;
    case "host:failed":
      return `${paint("bold", "host".padEnd(10))} ${paint("red", "failed")}  ${plainLine(event.error.message)}`;
    case "task:created":
      return `${at(event.agent)} began  ${plainLine(event.task)}  ${plainLine(event.title, LONGEST_TITLE)}`;
    case "task:finished":
      return `${at(event.agent)} ${paint(event.status === "done" ? "green" : "red", event.status.padEnd(5))}  ${plainLine(event.task)}`;
    case "brain:answered":
      return event.outcome === "subtasks"
        ? `${at(event.agent)} split  ${plainLine(event.task)}`
        : event.outcome === "ask"
          ? `${at(event.agent)} ${paint("yellow", "asks")}   ${plainLine(event.task)}  (clawflow show ${plainLine(event.task)})`
          : undefined;
    case "message:dead":
      return `${at(event.agent)} ${paint("red", "dead")}   ${plainLine(event.name)}  ${plainLine(event.text, 200)}`;
    case "edit:kept":
      return `${at(event.agent)} kept   a changed task.md of ${plainLine(event.task)}: ${plainLine(event.path)}`;
    case "agent:problem":
      return `${at(event.agent)} ${paint("yellow", "note")}   ${plainLine(event.text, 200)}`;
    default:
      return undefined;
  }
}
