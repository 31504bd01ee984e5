import { FakeClock } from "../fake-clock.ts";

/** A clock of a host that stands still until the test lets time pass; what the host wants done at once is done all the same. */
export function hostClock(): FakeClock {
  return new FakeClock(Date.now(), { turns: 10, soon: true });
}
