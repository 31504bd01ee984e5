import type { Clock } from "../../src/host/clock.ts";

/** A clock that runs `speed` times as fast as the real one, and can be made to jump as a machine's does that slept. */
export function fastClock(speed: number): Clock & { jump(ms: number): void } {
  let jumped = 0;
  return {
    wall: () => Date.now(),
    monotonic: () => performance.now() * speed + jumped,
    after(ms, callback) {
      const timer = ms <= 0 ? setImmediate(callback) : setTimeout(callback, ms / speed);
      return () =>
        ms <= 0 ? clearImmediate(timer as NodeJS.Immediate) : clearTimeout(timer as NodeJS.Timeout);
    },
    jump(ms) {
      jumped += ms;
    },
  };
}
