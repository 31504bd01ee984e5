/** Lines of one text that became lines of the other; both ends are exclusive. What lies between hunks is equal. */
export interface Hunk {
  oldStart: number;
  oldEnd: number;
  newStart: number;
  newEnd: number;
}

/** Above so many differences two texts are different as a whole: looking for the fewest would keep the page busy. */
const MOST = 2_000;

/** With its line ends, so that all lines together are the text. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The least that makes the one text the other (Myers, 1986), in order. */
export function diffLines(old: readonly string[], now: readonly string[]): Hunk[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let oldEnd = old.length;
  let newEnd = now.length;
  while (oldEnd > start && newEnd > start && old[oldEnd - 1] === now[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  if (start === oldEnd && start === newEnd) return [];
  const inner = fewest(old.slice(start, oldEnd), now.slice(start, newEnd));
  if (inner === undefined) return [{ oldStart: start, oldEnd, newStart: start, newEnd }];
  return inner.map((hunk) => ({
    oldStart: hunk.oldStart + start,
    oldEnd: hunk.oldEnd + start,
    newStart: hunk.newStart + start,
    newEnd: hunk.newEnd + start,
  }));
}

function fewest(old: readonly string[], now: readonly string[]): Hunk[] | undefined {
  const trail = furthestReaches(old, now);
  return trail === undefined ? undefined : joined(wayBack(trail, old.length, now.length));
}

/** For each number of differences, how far one comes in `old` on each diagonal `old - now`. */
function furthestReaches(old: readonly string[], now: readonly string[]): Map<number, number>[] | undefined {
  const trail: Map<number, number>[] = [];
  let last = new Map([[1, 0]]);
  for (let differences = 0; differences <= MOST; differences++) {
    const reach = new Map<number, number>();
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      const left = last.get(diagonal - 1) ?? -1;
      const above = last.get(diagonal + 1) ?? -1;
      let x = left < above ? above : left + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x++;
      if (x > old.length || x - diagonal > now.length) continue;
      reach.set(diagonal, x);
      if (x === old.length && x - diagonal === now.length) return [...trail, reach];
    }
    trail.push(reach);
    last = reach;
  }
  return undefined;
}

/** Single lines that go or come, the last first. */
function wayBack(trail: readonly Map<number, number>[], oldLength: number, newLength: number): Hunk[] {
  const steps: Hunk[] = [];
  let x = oldLength;
  let y = newLength;
  for (let differences = trail.length - 1; differences > 0; differences--) {
    const before = trail[differences - 1] ?? new Map<number, number>();
    const diagonal = x - y;
    const left = before.get(diagonal - 1) ?? -1;
    const above = before.get(diagonal + 1) ?? -1;
    const comes = left < above;
    const fromX = comes ? above : left;
    const fromY = comes ? above - diagonal - 1 : left - diagonal + 1;
    steps.push({
      oldStart: fromX,
      oldEnd: fromX + (comes ? 0 : 1),
      newStart: fromY,
      newEnd: fromY + (comes ? 1 : 0),
    });
    x = fromX;
    y = fromY;
  }
  return steps;
}

function joined(steps: readonly Hunk[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (const step of steps.toReversed()) {
    const last = hunks.at(-1);
    if (last !== undefined && last.oldEnd === step.oldStart && last.newEnd === step.newStart) {
      last.oldEnd = step.oldEnd;
      last.newEnd = step.newEnd;
    } else hunks.push({ ...step });
  }
  return hunks;
}
