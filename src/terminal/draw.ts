import { plainLine } from "../cli/render/plain.ts";
import { ACTS, likelyActs } from "./acts.ts";
import { layoutOf } from "./layout.ts";
import { canOpen, workNow } from "./plain-key.ts";
import { type Row, rowsOf } from "./rows.ts";
import { chosenIndex } from "./settle.ts";
import { openPlace, type Prompt, type State, TABS, type View } from "./state.ts";
import { cutTo, fitLine, type Line, line, type Span, span, widthOf, wrapText } from "./styled.ts";

/** What a terminal is to show: as many lines as it has rows, none wider than it is. */
export interface Screen {
  lines: Line[];
  /** Where it blinks while a line is typed, counted from 0. */
  cursor?: { row: number; column: number };
}

/** Pure. */
export function draw(state: State): Screen {
  const { size, prompt, help } = state;
  const rows = rowsOf(state);
  const layout = layoutOf(state, rows);
  const place = openPlace(state);
  const chosen = help ? undefined : chosenIndex(rows, place);
  const top = help ? state.helpTop : place.top;
  const body = rows
    .slice(top, top + layout.body)
    .map(({ line: shown }, at) => marked(shown, at + top === chosen));
  const more = layout.more === 0 ? [] : moreLines(rows[chosen ?? -1], layout.more, size.columns);
  const typed = prompt === undefined ? undefined : promptLine(prompt, size.columns);
  const said = layout.notice.map((text) =>
    line(span(text, state.notice?.tone === "wrong" ? "red" : "green")),
  );
  const above = [headLine(state), ...(layout.title === 0 ? [] : [titleLine(place.view, state)]), ...body];
  const below = [
    ...more,
    ...(typed === undefined ? said : [typed.line]),
    ...(layout.keys === 0 ? [] : [keysLine(state)]),
  ];
  const gap = Math.max(0, size.rows - above.length - below.length);
  const all = [...above, ...Array.from({ length: gap }, () => line("")), ...below].slice(0, size.rows);
  const lines = all.map((one) => fitLine(one, size.columns));
  const row = size.rows - layout.keys - 1;
  if (typed === undefined || row < 0) return { lines };
  return { lines, cursor: { row, column: Math.min(typed.column, size.columns - 1) } };
}

function marked(shown: Line, isChosen: boolean): Line {
  return isChosen ? { ...shown, chosen: true } : shown;
}

/** Where this is, and who runs it. */
function headLine({ facts: { status, fault }, size, places }: State): Line {
  const name = span("clawflow top", "bold");
  if (status === undefined)
    return line(name, fault === undefined ? "" : span(`  ${plainLine(fault)}`, "red"));
  const host = hostText(status.hosts);
  const { query } = openPlace({ places });
  const find = query === "" ? "" : `  /${plainLine(query)}`;
  const room = size.columns - widthOf("clawflow top") - widthOf(host.text) - widthOf(find) - 4;
  const root = endOf(plainLine(status.root), room);
  const gap = " ".repeat(Math.max(2, room + 2 - widthOf(root)));
  return line(name, span(find, "yellow"), span(`  ${root}`, "dim"), gap, host);
}

function hostText(hosts: NonNullable<State["facts"]["status"]>["hosts"]): Span {
  const [first] = hosts;
  if (first === undefined) return span("no host runs", "yellow");
  if (hosts.length > 1) return span(`${hosts.length} hosts`);
  if (first.stopped === true) return span(`host ${first.pid} is stopped`, "yellow");
  return span(first.state === "alive" ? `host ${first.pid}` : `host ${first.pid} elsewhere`);
}

/** A path is known by its end. */
function endOf(path: string, room: number): string {
  if (widthOf(path) <= room) return path;
  return room < 8 ? "" : `…${path.slice(-(room - 1))}`;
}

function titleLine(view: View, { help, size }: State): Line {
  if (help) return line(span("Help", "bold"));
  switch (view.view) {
    case "home":
      return line("");
    case "agent":
      return line(span(plainLine(view.agent), "bold"), span("  its messages", "dim"));
    case "message":
      return line(span(plainLine(view.message), "bold"));
    case "search":
      return line(span(plainLine(view.text), "bold"), span("  in tasks, messages and results", "dim"));
    case "task":
      return taskTitle(view, size.columns);
  }
}

/** All tabs where there is room, else the one that is open. */
function taskTitle({ task, agent, tab }: Extract<View, { view: "task" }>, width: number): Line {
  const tabs = TABS.map((one, at) =>
    one === tab ? span(` [${at + 1} ${one}]`, "bold") : span(`  ${at + 1} ${one} `, "dim"),
  );
  const room = width - widthOf(tabs.map(({ text }) => text).join(""));
  const name = plainLine(task);
  const by = ` ${plainLine(agent)} `;
  if (widthOf(name + by) <= room) return line(span(name, "bold"), span(by, "dim"), ...tabs);
  if (widthOf(name) <= room) return line(span(name, "bold"), ...tabs);
  const one = ` [${TABS.indexOf(tab) + 1} ${tab}]`;
  return line(span(cutTo(name, Math.max(4, width - widthOf(one))), "bold"), span(one, "bold"));
}

function moreLines(row: Row | undefined, height: number, width: number): Line[] {
  const texts = (row?.more ?? []).flatMap((text) => wrapText(text, width));
  const room = height - 1;
  const kept = texts.length > room ? [...texts.slice(0, room - 1), "… (enter, then 4, shows all)"] : texts;
  const lines = [line(span("─".repeat(width), "dim")), ...kept.map((text) => line(text))];
  return [...lines, ...Array.from({ length: Math.max(0, height - lines.length) }, () => line(""))];
}

/** The end of a long line stays in sight. */
function promptLine({ label, text, cursor }: Prompt, width: number): { line: Line; column: number } {
  const shownLabel = cutTo(plainLine(label), Math.max(1, width - 12)) + (label.endsWith(" ") ? " " : "");
  const room = Math.max(1, width - widthOf(shownLabel) - 1);
  let from = 0;
  while (widthOf(text.slice(from, cursor)) > room) from += characterLength(text, from);
  const column = widthOf(shownLabel) + widthOf(text.slice(from, cursor));
  return { line: line(span(shownLabel, "yellow"), text.slice(from)), column };
}

function characterLength(text: string, at: number): number {
  return String.fromCodePoint(text.codePointAt(at) ?? 0).length;
}

/** What can be pressed now, as much of it as there is room for. */
function keysLine(state: State): Line {
  const { prompt, help, size } = state;
  if (prompt !== undefined) {
    const keys = prompt.for === "yes" ? "y yes  any other key no" : "enter take it  esc leave it";
    return line(span(keys, "dim"));
  }
  if (help) return line(span("esc back", "dim"));
  const place = openPlace(state);
  const work = workNow(state);
  const hints = [
    ...(work === undefined
      ? []
      : likelyActs(work, state.facts).map((act) => `${ACTS[act].key} ${ACTS[act].word}`)),
    ...(canOpen(state) ? ["enter open"] : []),
    ...(place.query !== "" ? ["esc show all"] : state.places.length > 1 ? ["esc back"] : []),
    ...(place.view.view === "task" ? ["tab next"] : []),
    "/ find",
  ];
  const last = "? help  q quit";
  let shown = "";
  for (const hint of hints)
    if (widthOf(shown) + widthOf(hint) + 2 + widthOf(last) <= size.columns) shown += `${hint}  `;
  return line(span(shown + last, "dim"));
}
