import type { Clock } from "./clock.ts";

/** The real time. Its timers do not keep the process alive; the host does that as long as it runs. */
export function nodeClock(): Clock {
  return {
    wall: () => Date.now(),
    monotonic: () => performance.now(),
    after(ms, callback) {
      if (ms <= 0) {
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      // setTimeout turns anything above 2^31 ms into 1 ms.
      const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
