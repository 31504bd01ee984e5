import { vi } from "vitest";

/** Waits until the function gives something, or promises something; throws what is wrong when it has not in time. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what = "what is waited for",
  timeout = 120_000,
): Promise<T> {
  const check = (found: T | undefined): T => {
    if (found === undefined || (found as unknown) === false) throw new Error(`${what} does not come`);
    return found;
  };
  return await vi.waitFor(
    () => {
      const found = look();
      return found instanceof Promise ? found.then(check) : check(found);
    },
    { timeout, interval: 20 },
  );
}
