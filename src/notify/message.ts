import { shortHash } from "../protocol/ids.ts";
import { NOTICE_KINDS, type Notice, type Notification } from "../protocol/notify.ts";
import { oneLine } from "../protocol/title.ts";

/** Events that a message has room for. */
const MOST_EVENTS = 50;
const MOST_TITLE = 100;

/** The id of a message is made of what it tells: told again after a restart, it is known again. */
export function messageId(place: string, events: readonly string[]): string {
  return `n-${shortHash([place, ...events], 20)}`;
}

export function composeNotification(
  { id, tries, root, sentAt }: { id: string; tries: number; root: string; sentAt: string },
  events: readonly Notice[],
  { afterQuiet = false }: { afterQuiet?: boolean } = {},
): Notification {
  const sorted = [...events].sort((a, b) => weightOf(a) - weightOf(b));
  const more = sorted.length - MOST_EVENTS;
  return {
    v: 1,
    id,
    sent_at: sentAt,
    try: tries,
    root,
    headline: headlineOf(sorted),
    ...(afterQuiet ? { after_quiet: true as const } : {}),
    events: sorted.slice(0, MOST_EVENTS),
    ...(more > 0 ? { more } : {}),
  };
}

/** All of it in a line: the first event, and how many others there are. */
export function headlineOf(events: readonly Notice[]): string {
  const [first, ...others] = events;
  if (first === undefined) return "nothing";
  return others.length === 0 ? lineOf(first) : `${lineOf(first)}, and ${others.length} more`;
}

/** One event in a line, for people. */
export function lineOf({
  kind,
  problem,
  agent,
  task,
  subtask,
  title,
  status,
  limit,
  file,
  over,
}: Notice): string {
  const name = task === undefined ? agent : subtask === undefined ? task : `${task}/${subtask}`;
  const about = title === undefined || title === "" ? "" : ` (${shortened(oneLine(title))})`;
  const end = `${about}${over === true ? ", settled meanwhile" : ""}`;
  switch (kind) {
    case "needs-you":
      return `${name} ${WHAT[problem ?? "edit"]}${task === undefined && file !== undefined ? `: ${file}` : ""}${end}`;
    case "failed":
      return `${name} has failed${end}`;
    case "finished":
      return `${name} ${status === "cancelled" ? "was cancelled" : "is done"}${end}`;
    case "stuck":
      return `${name} has been stuck for ${limit}${end}`;
    case "budget":
      return `${name} has used ${limit?.replace(" of ", " of its ")}${end}`;
  }
}

const WHAT: Readonly<Record<NonNullable<Notice["problem"]>, string>> = {
  approval: "waits for an approval",
  answer: "waits for an answer",
  person: "waits for a person to do it",
  paused: "is paused",
  edit: "has an edit that was not taken",
  dead: "could not handle a message",
  undelivered: "has a message that is not accepted",
  unreadable: "has a task that cannot be read",
  stopped: "has work, and nobody runs it",
  failed: "has failed",
};

/** What settled itself comes last, else by kind. */
function weightOf({ kind, over }: Notice): number {
  return NOTICE_KINDS.indexOf(kind) + (over === true ? NOTICE_KINDS.length : 0);
}

function shortened(title: string): string {
  return title.length <= MOST_TITLE
    ? title
    : `${title.slice(0, MOST_TITLE - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
