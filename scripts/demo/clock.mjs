// A clock that stands still until it is told to go on: what is made under it has the same times whenever it is made.

const RealDate = Date;
/** Real milliseconds in which nothing new may begin before the time goes on. */
const REST = 80;

/** @param start ISO time at which it stands first */
export function standStill(start) {
  let now = RealDate.parse(start);
  let sleepers = [];
  let timer;
  class StillDate extends RealDate {
    constructor(...given) {
      super(...(given.length === 0 ? [now] : given));
    }
    static now() {
      return now;
    }
  }
  globalThis.Date = StillDate;

  /** When everybody sleeps it is the time at which the first one wakes. */
  function goOn() {
    const first = sleepers.reduce((one, other) => (other.until < one.until ? other : one));
    sleepers = sleepers.filter((other) => other !== first);
    now = Math.max(now, first.until);
    first.wake();
    rest();
  }

  function rest() {
    clearTimeout(timer);
    if (sleepers.length > 0) timer = setTimeout(goOn, REST);
  }

  return {
    now: () => now,
    /** Takes that long under this clock, as what goes on beside it does. */
    sleep(seconds) {
      return new Promise((wake) => {
        sleepers.push({ until: now + Math.round(seconds * 1000), wake });
        rest();
      });
    },
  };
}
