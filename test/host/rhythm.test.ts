import { expect, test } from "vitest";
import type { Clock } from "../../src/host/clock.ts";
import { Rhythm } from "../../src/host/rhythm.ts";

test("looks at tasks that come every half second do not put off the emptying of the journal: it comes one second after the last work", () => {
  const clock = handClock();
  const emptied: number[] = [];
  const rhythm = new Rhythm(clock, {
    wake() {},
    rest() {},
    checkpoint() {
      emptied.push(clock.monotonic());
      rhythm.emptied();
    },
  });
  rhythm.afterPass(true, 1_000);
  clock.goTo(200);
  rhythm.afterPass(true, 2_000);
  for (let at = 700; at <= 4_700; at += 500) {
    clock.goTo(at);
    rhythm.afterPass(false, emptied.length === 0 ? 2_000 : 0);
  }
  expect(emptied).toEqual([1_200]);
  // What was written without a pass that did anything, such as a text of task.md, is emptied as well.
  rhythm.afterPass(false, 500);
  clock.goTo(6_000);
  expect(emptied).toEqual([1_200, 5_700]);
});

/** A clock that stands still until it is told where to go. */
function handClock(): Clock & { goTo(at: number): void } {
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    wall: () => now,
    monotonic: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    goTo(at) {
      const due = timers.filter((timer) => timer.at <= at).sort((a, b) => a.at - b.at);
      for (const timer of due) {
        if (!timers.includes(timer)) continue;
        timers.splice(timers.indexOf(timer), 1);
        now = timer.at;
        timer.callback();
      }
      now = at;
    },
  };
}
