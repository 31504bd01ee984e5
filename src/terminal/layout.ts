import { choices, type Row } from "./rows.ts";
import { openPlace, type State } from "./state.ts";
import { wrapText } from "./styled.ts";

/** How many lines of the screen each part has, from the top; together no more than there are. */
export interface Layout {
  head: 1;
  /** Which task, and its tabs. */
  title: number;
  body: number;
  /** What is said of the chosen row, with the line above it. */
  more: number;
  /** What was done, or what is being typed. */
  notice: readonly string[];
  keys: number;
}

/** A screen that is lower has no room for what else is said of a row. */
const LOW = 15;

export function layoutOf(state: State, rows: readonly Row[]): Layout {
  const { size, notice, prompt, help } = state;
  const title = openPlace(state).view.view !== "home" && size.rows >= 7 ? 1 : 0;
  const keys = size.rows >= 4 ? 1 : 0;
  const most = Math.max(1, Math.min(4, Math.floor(size.rows / 4)));
  const said =
    prompt !== undefined ? [""] : notice === undefined ? [] : wrapText(notice.text, size.columns, most);
  const left = size.rows - 1 - title - keys - said.length;
  const hasMore = !help && size.rows >= LOW && choices(rows).length > 0;
  const more = hasMore ? Math.min(10, Math.max(4, Math.floor(size.rows * 0.28))) : 0;
  return { head: 1, title, body: Math.max(1, left - more), more, notice: said, keys };
}
