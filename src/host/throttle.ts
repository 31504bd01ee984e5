import type { Clock } from "./clock.ts";

/**
 * Lets a hint through at once, and those that follow within `pause` milliseconds as one, at its end. Each key by itself.
 */
export function throttle(clock: Clock, pause: number, through: (key: string) => void): (key: string) => void {
  const resting = new Map<string, boolean>();
  const pass = (key: string) => {
    resting.set(key, false);
    through(key);
    clock.after(pause, () => {
      const again = resting.get(key) === true;
      resting.delete(key);
      if (again) pass(key);
    });
  };
  return (key) => {
    if (resting.has(key)) resting.set(key, true);
    else pass(key);
  };
}
