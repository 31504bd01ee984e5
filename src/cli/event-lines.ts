import type { HostEvent } from "../host/events.ts";
import type { Io } from "./io.ts";
import { type Paint, paintWith } from "./render/paint.ts";
import { plainLine } from "./render/plain.ts";
import { elapsed } from "./render/time.ts";

const LONGEST_TITLE = 80;
const LONGEST_VERB = "cancelled".length;
const WAITS = { approval: "an approval", answer: "an answer", person: "a person" } as const;
const NOTES: readonly HostEvent["type"][] = [
  "task:waiting",
  "script:said",
  "message:dead",
  "edit:kept",
  "agent:problem",
  "host:failed",
];

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

type Format = Parameters<Paint>[0];

function eventLine(event: HostEvent, paint: Paint): string | undefined {
  const line = (who: string, verb: string, what: string, format?: Format) => {
    const padded = verb.padEnd(LONGEST_VERB);
    return `${paint("bold", plainLine(who).padEnd(10))} ${format === undefined ? padded : paint(format, padded)}  ${what}`.trimEnd();
  };
  switch (event.type) {
    case "host:started":
      return line("host", "runs", event.agents.map((agent) => plainLine(agent)).join(", "));
    case "host:stopped":
      return line("host", "stopped", "");
    case "host:failed":
      return line("host", "failed", plainLine(event.error.message), "red");
    case "script:said":
      return line(event.agent, "says", plainLine(event.text, LONGEST_TITLE * 2), "dim");
    case "task:created":
      return line(event.agent, "began", `${plainLine(event.task)}  ${plainLine(event.title, LONGEST_TITLE)}`);
    case "task:finished":
      return line(
        event.agent,
        event.status,
        plainLine(event.task),
        event.status === "done" ? "green" : "red",
      );
    case "brain:answered": {
      const task = plainLine(event.task);
      return event.outcome === "subtasks" ? line(event.agent, "split", task) : undefined;
    }
    case "task:waiting": {
      const name = plainLine(event.subtask === undefined ? event.task : `${event.task}/${event.subtask}`);
      const text = plainLine(event.text, LONGEST_TITLE);
      return line(event.agent, "waits", `${name} for ${WAITS[event.for]}: ${text}`, "yellow");
    }
    case "message:dead":
      return line(event.agent, "dead", `${plainLine(event.name)}  ${plainLine(event.text, 200)}`, "red");
    case "edit:kept": {
      const what = `a changed task.md of ${plainLine(event.task)}: ${plainLine(event.path)}`;
      return line(event.agent, "kept", what);
    }
    case "agent:problem":
      return line(event.agent, "note", plainLine(event.text, 200), "yellow");
    default:
      return undefined;
  }
}
