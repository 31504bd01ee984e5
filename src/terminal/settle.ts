import { layoutOf } from "./layout.ts";
import { choices, type Row, rowsOf } from "./rows.ts";
import { openPlace, type Place, type State } from "./state.ts";

/** Brings what is chosen and what is on the screen to where the rows are now: a row that stays is found again, whatever came before it. */
export function settle(state: State): State {
  const rows = rowsOf(state);
  const { body } = layoutOf(state, rows);
  const last = Math.max(0, rows.length - body);
  if (state.help) return { ...state, helpTop: Math.min(state.helpTop, last) };
  const place = openPlace(state);
  const index = chosenIndex(rows, place);
  if (index === undefined) return withPlace(state, { ...place, top: Math.min(place.top, last) });
  // A heading above the first row is on the screen with it.
  const from = rows[index - 1]?.isHeading === true ? index - 1 : index;
  const top = Math.min(last, Math.max(Math.min(place.top, from), index - body + 1));
  const key = rows[index]?.key;
  return withPlace(state, { ...place, ...(key === undefined ? {} : { key }), index, top });
}

/** The row that is chosen: that of the same key, or where it was; `undefined`: none can be. */
export function chosenIndex(rows: readonly Row[], { key, index }: Place): number | undefined {
  const all = choices(rows);
  const same = key === undefined ? -1 : rows.findIndex((row) => row.key === key);
  if (same >= 0) return same;
  return all.find((at) => at >= index) ?? all.at(-1);
}

export function withPlace(state: State, place: Place): State {
  return { ...state, places: [...state.places.slice(0, -1), place] };
}
