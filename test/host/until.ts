import { vi } from "vitest";

/** Waits until the function gives something; throws what is wrong when it has not in time. */
export async function until<T>(
  look: () => T | undefined,
  what = "what is waited for",
  timeout = 15_000,
): Promise<T> {
  return await vi.waitFor(
    () => {
      const found = look();
      if (found === undefined || (found as unknown) === false) throw new Error(`${what} does not come`);
      return found;
    },
    { timeout, interval: 20 },
  );
}
