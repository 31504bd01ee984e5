import { useEffect, useState } from "preact/hooks";

const listeners = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all that shows how long ago something was. */
function listen(tell: (now: number) => void): () => void {
  listeners.add(tell);
  timer ??= setInterval(() => {
    const now = Date.now();
    for (const one of listeners) one(now);
  }, 1000);
  return () => {
    listeners.delete(tell);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What comes of the time, drawn again only when that is another. */
export function useNow<T extends string>(make: (now: number) => T): T {
  const [, setTick] = useState<T>();
  const made = make(Date.now());
  useEffect(() => listen((now) => setTick(make(now))), [make]);
  return made;
}
