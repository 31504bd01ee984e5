import type { Facts } from "./facts.ts";
import type { Key } from "./keys.ts";
import { plainKey } from "./plain-key.ts";
import { promptKey } from "./prompt-key.ts";
import { settle } from "./settle.ts";
import { type Effect, openPlace, type Size, type State, type View } from "./state.ts";

/** What happens to what is on the screen. */
export type Event =
  | { event: "key"; key: Key }
  | { event: "resized"; size: Size }
  /** Milliseconds since 1970. */
  | { event: "time"; now: number }
  /** Of what was open when it was begun to be read. */
  | { event: "looked"; view: View; facts: Facts }
  /** A command has run; `text` is what it said. */
  | { event: "acted"; text: string; isWrong: boolean };

export interface Next {
  state: State;
  effects: Effect[];
}

/** Pure: what was, and what happened, to what is and what is to be done. */
export function update(state: State, event: Event): Next {
  const { state: next, effects } = change(state, event);
  return { state: settle(next), effects };
}

function change(state: State, event: Event): Next {
  switch (event.event) {
    case "key":
      return keyPressed(state, event.key);
    case "resized":
      return { state: { ...state, size: event.size }, effects: [{ do: "redraw" }] };
    case "time":
      return { state: { ...state, now: event.now }, effects: [] };
    case "looked":
      return { state: looked(state, event.view, event.facts), effects: [] };
    case "acted": {
      const notice = { text: event.text, tone: event.isWrong ? ("wrong" as const) : ("said" as const) };
      return { state: { ...state, notice }, effects: [{ do: "look" }] };
    }
  }
}

function keyPressed(state: State, key: Key): Next {
  if (key.key === "ctrl-c") return { state, effects: [{ do: "quit" }] };
  if (key.key === "ctrl-z") return { state, effects: [{ do: "suspend" }] };
  if (key.key === "ctrl-l") return { state, effects: [{ do: "redraw" }, { do: "look" }] };
  return state.prompt === undefined ? plainKey(state, key) : promptKey(state, state.prompt, key);
}

/** What was read for a view that is not open any more is of no use. A look that failed leaves what is known of tasks alone. */
function looked(state: State, view: View, facts: Facts): State {
  if (JSON.stringify(view) !== JSON.stringify(openPlace(state).view)) return state;
  return { ...state, facts };
}
