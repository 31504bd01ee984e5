import { diffLines, linesOf } from "./line-diff.ts";

/** A row of two texts beside each other; numbers count from 1. `gap`: equal lines that are left out. */
export type DiffRow =
  | { kind: "same" | "changed" | "left" | "right"; left?: NumberedLine; right?: NumberedLine }
  | { kind: "gap"; lines: number };

interface NumberedLine {
  number: number;
  text: string;
}

/** Equal lines that are shown around what differs. */
const AROUND = 3;

export function sideBySide(left: string, right: string): DiffRow[] {
  const leftLines = linesOf(left);
  const rightLines = linesOf(right);
  const rows: DiffRow[] = [];
  let at = { left: 0, right: 0 };
  const same = (end: number) => {
    for (; at.left < end; at = { left: at.left + 1, right: at.right + 1 })
      rows.push({ kind: "same", left: line(leftLines, at.left), right: line(rightLines, at.right) });
  };
  for (const hunk of diffLines(leftLines, rightLines)) {
    same(hunk.oldStart);
    const [gone, come] = [hunk.oldEnd - hunk.oldStart, hunk.newEnd - hunk.newStart];
    for (let place = 0; place < Math.max(gone, come); place++) {
      rows.push({
        kind: place >= gone ? "right" : place >= come ? "left" : "changed",
        ...(place < gone ? { left: line(leftLines, hunk.oldStart + place) } : {}),
        ...(place < come ? { right: line(rightLines, hunk.newStart + place) } : {}),
      });
    }
    at = { left: hunk.oldEnd, right: hunk.newEnd };
  }
  same(leftLines.length);
  return withoutLongRuns(rows);
}

function line(lines: readonly string[], place: number): NumberedLine {
  return { number: place + 1, text: (lines[place] ?? "").replace(/\r?\n$/, "") };
}

function withoutLongRuns(rows: readonly DiffRow[]): DiffRow[] {
  const shown: DiffRow[] = [];
  let run: DiffRow[] = [];
  const flush = (isLast: boolean) => {
    const head = shown.length === 0 ? 0 : AROUND;
    const tail = isLast ? 0 : AROUND;
    const hidden = run.length - head - tail;
    if (hidden > 1) {
      shown.push(...run.slice(0, head), { kind: "gap", lines: hidden }, ...run.slice(run.length - tail));
    } else shown.push(...run);
    run = [];
  };
  for (const row of rows) {
    if (row.kind === "same") run.push(row);
    else {
      flush(false);
      shown.push(row);
    }
  }
  flush(true);
  return shown;
}
