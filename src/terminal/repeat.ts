/** While things change the work is done again so often. Milliseconds. */
const PAUSE = 250;
/** What takes long takes at most a tenth of the time. */
const COST_FACTOR = 10;

export interface Repeat {
  /** At once, or right after what is under way. */
  now(): void;
  /** When it has rested long enough. */
  soon(): void;
  stop(): void;
}

/** One at a time; what is wanted meanwhile is one more after it. */
export function repeat(work: () => Promise<void>): Repeat {
  let timer: NodeJS.Timeout | undefined;
  let isBusy = false;
  let isWanted = false;
  let isStopped = false;
  let notBefore = 0;
  async function go(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (isStopped) return;
    if (isBusy) {
      isWanted = true;
      return;
    }
    isBusy = true;
    isWanted = false;
    const begun = performance.now();
    await work();
    const done = performance.now();
    notBefore = done + Math.max(PAUSE, COST_FACTOR * (done - begun));
    isBusy = false;
    if (isWanted) soon();
  }
  function soon(): void {
    if (isBusy) isWanted = true;
    else timer ??= setTimeout(() => void go(), Math.max(0, notBefore - performance.now()));
  }
  return {
    now: () => void go(),
    soon,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
