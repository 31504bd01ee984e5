import { plainLine } from "../cli/render/plain.ts";
import { elapsed } from "../cli/render/time.ts";
import type { LogEvent } from "../protocol/log-event.ts";
import type { Row } from "./rows.ts";
import { line, span, type Tone } from "./styled.ts";
import { clockText, columnFor, columns } from "./text.ts";

/** A screen is no place for more; the command line has all. */
const MOST = 2000;

/** What happened for a task and all below it, by time: messages, questions to brains, ends. A message is one row, whoever has a copy. */
export function eventRows(events: readonly LogEvent[], screen: number): Row[] {
  const once = withoutCopies(events);
  const shown = once.slice(-MOST).map(partsOf);
  const width = (texts: string[], share: number) => columnFor(texts, Math.max(6, Math.floor(screen * share)));
  const who = width(
    shown.map((one) => one.who),
    0.22,
  );
  const work =
    screen < 56
      ? 0
      : width(
          shown.map((one) => one.work),
          0.3,
        );
  const rows = shown.map(({ event, what, who: whom, work: about, said, tone }, at): Row => {
    const message = "message" in event ? event.message : undefined;
    return {
      get line() {
        return line(
          ...columns(
            [clockText(event.time), 8, "dim"],
            [what, 9, tone],
            [whom, who],
            [about, work, "dim"],
            [said, 1],
          ),
        );
      },
      key: `${event.event} ${event.agent} ${event.file} ${at}`,
      more: [said, `${event.agent}: ${event.file}`],
      ...(message === undefined ? {} : { opens: { view: "message", message } }),
    };
  });
  const earlier = once.length - shown.length;
  if (earlier > 0)
    rows.unshift({ line: line(span(`… ${earlier} earlier (clawflow log --task has all)`, "dim")) });
  return rows.length > 0 ? rows : [{ line: line(span("There are no messages yet.", "dim")) }];
}

/** The receiver's copy says more than the sender's. */
function withoutCopies(events: readonly LogEvent[]): LogEvent[] {
  const received = new Set<string>();
  for (const one of events)
    if ("message" in one && one.message !== undefined && !one.event.endsWith(":sent"))
      received.add(one.message);
  return events.filter((one) => {
    if (one.event === "task:created") return false;
    return !(one.event.endsWith(":sent") && "message" in one && received.has(one.message ?? ""));
  });
}

interface Parts {
  event: LogEvent;
  what: string;
  who: string;
  work: string;
  said: string;
  tone?: Tone;
}

function partsOf(event: LogEvent): Parts {
  const subtask = "subtask" in event ? event.subtask : undefined;
  const work = subtask === undefined ? (event.task ?? "") : `${event.task}/${subtask}`;
  const between = "to" in event ? `${event.from} → ${event.to}` : event.agent;
  const of = (what: string, said: string, tone?: Tone): Parts => {
    const parts = { event, what, who: plainLine(between), work: plainLine(work), said: plainLine(said) };
    return tone === undefined ? parts : { ...parts, tone };
  };
  const under =
    "state" in event && event.state !== "handled" && event.state !== "accepted" ? `(${event.state}) ` : "";
  switch (event.event) {
    case "task:sent":
    case "task:received":
      return of("task", under + event.title, "cyan");
    case "reply:sent":
    case "reply:received":
      return of("reply", under + event.status, event.status === "done" ? "green" : "red");
    case "control:sent":
    case "control:received":
      return of(event.control, under + (event.text ?? ""), "yellow");
    case "progress:sent":
    case "progress:received":
      return of("progress", under + event.note);
    case "outcome:received":
    case "outcome:recorded":
      return of(event.outcome, under);
    case "message:dead":
      return of("dead", event.reason, "red");
    case "task:created":
      return of("begun", event.title);
    case "task:waiting":
      return of("waits", `for ${event.for}: ${event.text ?? ""}`, "yellow");
    case "edit:problem":
      return of("edit", event.text, "red");
    case "task:finished":
      return of(event.status, event.error ?? event.title, event.status === "done" ? "green" : "red");
    case "brain:called": {
      const error = event.error === undefined ? "" : `: ${event.error}`;
      return of("brain", `${event.kind} ${elapsed(event.duration)} ${event.outcome}${error}`, "dim");
    }
  }
}
