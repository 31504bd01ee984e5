import type { ActName, Target } from "./acts.ts";
import type { Facts } from "./facts.ts";

export const TABS = ["tree", "messages", "why", "text"] as const;
export type Tab = (typeof TABS)[number];

/** What the screen shows. */
export type View =
  | { view: "home" }
  /** Agents and ids are those of the files: `task` is a local id. */
  | { view: "task"; agent: string; task: string; tab: Tab }
  /** An id, or the name of a file. */
  | { view: "message"; message: string }
  | { view: "agent"; agent: string }
  /** Words, in whatever agents have. */
  | { view: "search"; text: string };

/** A view with where one is in it. */
export interface Place {
  view: View;
  /** The chosen row: what it is about, and where it was should that be gone. */
  key?: string;
  index: number;
  /** The first row on the screen. */
  top: number;
  /** Rows that do not hold it are left out. */
  query: string;
}

/** A line that is being typed, or a question that wants one key. */
export type Prompt = { cursor: number; text: string } & (
  | { for: "act"; act: ActName; target: Target; label: string }
  /** `before`: what was looked for when it began. */
  | { for: "query"; label: string; before: string }
  | { for: "search"; label: string }
  | { for: "yes"; act: ActName; target: Target; label: string }
);

export interface Notice {
  text: string;
  tone: "said" | "wrong";
}

export interface Size {
  columns: number;
  rows: number;
}

export interface State {
  size: Size;
  /** Milliseconds since 1970. */
  now: number;
  /** Where one came from, the last is open. Never empty. */
  places: readonly Place[];
  facts: Facts;
  prompt?: Prompt;
  /** What was done last, or why not. */
  notice?: Notice;
  help: boolean;
  /** The first line of the help that is on the screen. */
  helpTop: number;
}

/** What is to be done outside. */
export type Effect =
  | { do: "quit" }
  | { do: "suspend" }
  /** Everything is to be written anew. */
  | { do: "redraw" }
  /** Another view is open, or the facts are old. */
  | { do: "look" }
  /** `plan`: what an approval is of. */
  | { do: "act"; act: ActName; target: Target; text: string; plan?: string };

export function firstState(size: Size, now: number): State {
  return { size, now, places: [placeOf({ view: "home" })], facts: {}, help: false, helpTop: 0 };
}

export function placeOf(view: View): Place {
  return { view, index: 0, top: 0, query: "" };
}

export function openPlace({ places }: Pick<State, "places">): Place {
  return places.at(-1) ?? placeOf({ view: "home" });
}
