import { setTimeout as pause } from "node:timers/promises";

/** Waits until `look` gives something other than undefined or false. @throws after `timeout` milliseconds */
export async function until(look, what, { timeout = 30_000, every = 20 } = {}) {
  const end = performance.now() + timeout;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`waited ${timeout} ms for ${what}`, { cause: last });
    await pause(every);
  }
}
