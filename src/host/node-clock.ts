import type { Clock } from "./clock.ts";

/** setTimeout turns anything above into 1 ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The real time. Its timers do not keep the process alive; the host does that as long as it runs. */
export function nodeClock(): Clock {
  return {
    wall: () => Date.now(),
    monotonic: () => performance.now(),
    hold() {
      const held = setInterval(() => {}, LONGEST_TIMER);
      return () => clearInterval(held);
    },
    after(ms, callback) {
      if (ms <= 0) {
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
