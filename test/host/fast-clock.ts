import type { Clock } from "../../src/host/clock.ts";

/** A clock that runs `speed` times as fast as the real one. */
export function fastClock(speed: number): Clock {
  return {
    wall: () => Date.now(),
    monotonic: () => performance.now() * speed,
    after(ms, callback) {
      const timer = ms <= 0 ? setImmediate(callback) : setTimeout(callback, ms / speed);
      return () =>
        ms <= 0 ? clearImmediate(timer as NodeJS.Immediate) : clearTimeout(timer as NodeJS.Timeout);
    },
  };
}
