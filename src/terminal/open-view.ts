import { placeOf, type State, type View } from "./state.ts";
import type { Next } from "./update.ts";

/** Another view above those that are open. */
export function openView(state: State, view: View): Next {
  return {
    state: { ...onlyStatus(state), places: [...state.places, placeOf(view)] },
    effects: [{ do: "look" }],
  };
}

/** What was read for the view before says nothing of this one. */
export function onlyStatus(state: State): State {
  const { status } = state.facts;
  return { ...state, facts: status === undefined ? {} : { status } };
}
