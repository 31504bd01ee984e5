import { z } from "zod";
import { type Notice, noticeSchema } from "../protocol/notify.ts";

/** Every entry of the log of deliveries has these. */
const common = {
  /** ISO 8601 UTC. */
  at: z.string(),
  place: z.string(),
};
const events = z.array(z.string());
const message = { ...common, message: z.string(), events };

/**
 * One line of the log. `began`: the place is known from then on; what ended before is not told there. `due`: an event is to be told. `try`:
 * a message with these events is about to be sent. `told`, `failed`, `dead`: how that ended. `again`: a person put a dead message back.
 * `known`: these were told earlier. `over`: these are not so any more, and may be told again.
 */
const entrySchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("began"), ...common }),
  z.object({ do: z.literal("due"), ...common, event: noticeSchema }),
  z.object({ do: z.literal("try"), ...message, try: z.int(), headline: z.string() }),
  z.object({ do: z.literal("told"), ...message }),
  z.object({ do: z.literal("failed"), ...message, error: z.string() }),
  z.object({ do: z.literal("dead"), ...message, error: z.string() }),
  z.object({ do: z.literal("again"), ...common, message: z.string(), events: z.array(noticeSchema) }),
  z.object({ do: z.literal("known"), ...common, events }),
  z.object({ do: z.literal("over"), ...common, events }),
]);
export type Entry = z.infer<typeof entrySchema>;

/** A message that was begun and did not arrive. */
export interface OpenMessage {
  id: string;
  events: string[];
  tries: number;
}

/** What is known of a place. */
export interface PlaceState {
  /** ISO 8601 UTC. */
  began: string;
  /** Events that are to be told, by id. */
  due: Map<string, Notice>;
  /** Messages that were begun, the first first. Their events are among those of `due`. */
  open: Map<string, OpenMessage>;
  /** Events that need not be told any more, and since when. */
  known: Map<string, string>;
}

export function formatEntry(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** The entries of a log. A line that was cut off in the middle of writing, or that nobody understands, is passed over. */
export function parseEntries(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const read = entrySchema.safeParse(JSON.parse(line));
      return read.success ? [read.data] : [];
    } catch {
      return [];
    }
  });
}

/** What the entries come to, by place. */
export function replayEntries(entries: Iterable<Entry>): Map<string, PlaceState> {
  const places = new Map<string, PlaceState>();
  for (const entry of entries) applyEntry(places, entry);
  return places;
}

export function applyEntry(places: Map<string, PlaceState>, entry: Entry): void {
  const { at, place } = entry;
  const state = places.get(place) ?? { began: at, due: new Map(), open: new Map(), known: new Map() };
  places.set(place, state);
  switch (entry.do) {
    case "began":
      state.began = at;
      break;
    case "due":
      state.due.set(entry.event.id, entry.event);
      break;
    case "try":
      state.open.set(entry.message, { id: entry.message, events: entry.events, tries: entry.try });
      break;
    case "failed":
      break;
    case "told":
    case "dead":
      state.open.delete(entry.message);
      for (const id of entry.events) {
        state.due.delete(id);
        state.known.set(id, at);
      }
      break;
    case "again":
      for (const event of entry.events) state.due.set(event.id, event);
      state.open.set(entry.message, {
        id: entry.message,
        events: entry.events.map(({ id }) => id),
        tries: 0,
      });
      break;
    case "known":
      for (const id of entry.events) state.known.set(id, at);
      break;
    case "over":
      for (const id of entry.events) state.known.delete(id);
      break;
  }
}

/** Messages of the past that a person can look up. */
const HISTORY = 500;

/**
 * The same in fewer entries: how the last messages ended, what was told, and what is due.
 *
 * @param forgotten events told before that time are not remembered, unless `isSo` says that they are still so. ISO 8601 UTC
 */
export function compactEntries(
  entries: readonly Entry[],
  forgotten: string,
  isSo: (event: string) => boolean,
): Entry[] {
  const places = replayEntries(entries);
  const isOpen = ({ place, message }: Entry & { message: string }) =>
    places.get(place)?.open.has(message) === true;
  const history = lastOfEach(entries.filter((entry) => "message" in entry && !isOpen(entry)) as Ended[]);
  const open = new Map<string, Entry>();
  for (const entry of entries)
    if ((entry.do === "try" || entry.do === "again") && isOpen(entry)) open.set(entry.message, entry);
  const short: Entry[] = [];
  for (const [place, { began, due, known }] of places) {
    short.push({ do: "began", at: began, place });
    // What the history says again that was told may be told again all the same.
    const over = history.flatMap((entry) => (entry.place === place ? entry.events : []));
    const gone = [...new Set(over)].filter((id) => !known.has(id));
    if (gone.length > 0) short.push({ do: "over", at: began, place, events: gone });
    const kept = new Map<string, string[]>();
    for (const [id, at] of known)
      if (at >= forgotten || isSo(id)) kept.set(at, [...(kept.get(at) ?? []), id]);
    for (const [at, events] of kept) short.push({ do: "known", at, place, events });
    for (const event of due.values()) short.push({ do: "due", at: began, place, event });
  }
  return [...history, ...short, ...open.values()];
}

type Ended = Entry & { do: "try" | "failed" | "told" | "dead" };

/** The last try of each message and its end, of the last messages. */
function lastOfEach(entries: readonly Ended[]): Ended[] {
  const messages = new Map<string, Map<string, Ended>>();
  for (const entry of entries) {
    if ((entry as Entry).do === "again") continue;
    const known = messages.get(entry.message) ?? new Map<string, Ended>();
    // The one that was changed last stands last.
    messages.delete(entry.message);
    messages.set(entry.message, known);
    known.delete(entry.do);
    known.set(entry.do, entry);
  }
  return [...messages.values()].slice(-HISTORY).flatMap((known) => [...known.values()]);
}
