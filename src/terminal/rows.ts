import type { Work } from "./acts.ts";
import { agentRows } from "./agent-rows.ts";
import { helpRows } from "./help-rows.ts";
import { homeRows } from "./home-rows.ts";
import { messageRows } from "./message-rows.ts";
import { searchRows } from "./search-rows.ts";
import { openPlace, type State, type View } from "./state.ts";
import { type Line, line, span, textOf } from "./styled.ts";
import { taskRows } from "./task-rows.ts";

/** One line of what a view shows. */
export interface Row {
  /** Most rows are off the screen, so it is made when it is asked for. */
  readonly line: Line;
  /** What it is about, the same at every look; a row without one cannot be chosen. */
  key?: string;
  /** What enter opens. */
  opens?: View;
  /** What the keys of acts are for. */
  work?: Work;
  /** What is said of it while it is chosen: texts, of several lines perhaps. */
  more?: readonly string[];
  /** Stands above others, and goes with them. */
  isHeading?: true;
}

let last: { of: readonly unknown[]; rows: Row[] } | undefined;

/** Everything that the open view shows, more than fits perhaps. A key is answered from what was made for the one before. */
export function rowsOf(state: State): Row[] {
  const { view, query } = openPlace(state);
  const of = [state.facts, view, query, state.help, state.size.columns, Math.floor(state.now / 1000)];
  if (last?.of.every((one, at) => one === of[at])) return last.rows;
  last = { of, rows: makeRows(state) };
  return last.rows;
}

function makeRows(state: State): Row[] {
  if (state.help) return helpRows(state.size.columns);
  const { view, query } = openPlace(state);
  const all = allRows(state, view, query !== "");
  const found = query === "" ? all : matching(all, query.toLowerCase());
  if (found.length > 0) return found;
  if (query !== "") return [{ line: line(span(`Nothing has "${query}" in it.`, "dim")) }];
  const fault = state.facts.fault;
  return [{ line: line(span(fault ?? "Reading …", fault === undefined ? "dim" : "red")) }];
}

/** Where the arrow keys stop. */
export function choices(rows: readonly Row[]): number[] {
  return rows.flatMap(({ key }, at) => (key === undefined ? [] : [at]));
}

function allRows(state: State, view: View, isSearched: boolean): Row[] {
  switch (view.view) {
    case "home":
      return homeRows(state, isSearched);
    case "task":
      return taskRows(state, view);
    case "message":
      return messageRows(state);
    case "agent":
      return agentRows(state);
    case "search":
      return searchRows(state);
  }
}

function matching(rows: readonly Row[], query: string): Row[] {
  const has = ({ line: shown, more = [], key = "" }: Row) =>
    [textOf(shown), key, ...more].some((text) => text.toLowerCase().includes(query));
  const kept = rows.filter((row) => row.isHeading === true || (textOf(row.line) !== "" && has(row)));
  return kept.filter(
    (row, at) => row.isHeading !== true || (kept[at + 1] !== undefined && kept[at + 1]?.isHeading !== true),
  );
}
