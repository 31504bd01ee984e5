import { ACT_NAMES, ACTS } from "./acts.ts";
import type { Row } from "./rows.ts";
import { line, span, wrapText } from "./styled.ts";

const MOVING: readonly (readonly [keys: string, what: string])[] = [
  ["↑ ↓  j k", "the row before, the next"],
  ["PgUp PgDn", "a screen up, a screen down"],
  ["Home End  g G", "the first, the last"],
  ["enter  →", "open what is chosen: a task, a message, an agent"],
  ["esc  ←  backspace", "back"],
  ["tab  1 2 3 4", "of a task: its tree, its messages, why it waits, its texts and results"],
  ["/", "show only rows that hold a text; esc shows all"],
  ["s", "search all tasks, messages and results for words"],
  ["Ctrl-L", "draw the screen anew"],
  ["Ctrl-Z", "suspend; fg goes on"],
  ["?  q", "this help; quit"],
];

const SIGNS =
  "? a person's turn   ! a fault   ● under way   ○ waiting   ✓ done   ✗ failed   - cancelled or skipped";

export function helpRows(screen: number): Row[] {
  const entry = ([keys, what]: readonly [string, string]): Row[] => {
    const lines = wrapText(what, Math.max(10, screen - 22));
    return lines.map((text, at) => ({
      line: line(span(`  ${(at === 0 ? keys : "").padEnd(18)}  `, "bold"), text),
    }));
  };
  return [
    heading("To look"),
    ...MOVING.flatMap(entry),
    { line: line("") },
    heading("To act, on the chosen row"),
    ...ACT_NAMES.flatMap((name) => entry([ACTS[name].key, ACTS[name].help])),
    { line: line("") },
    heading("Signs"),
    ...wrapText(SIGNS, Math.max(1, screen - 2)).map((text) => ({ line: line(`  ${text}`) })),
    { line: line("") },
    ...wrapText(
      "Each key of an act is the command of that name: a message in an inbox, which waits there where no host runs.",
      screen,
    ).map((text) => ({ line: line(span(text, "dim")) })),
  ];
}

function heading(title: string): Row {
  return { line: line(span(title, "bold")), isHeading: true };
}
