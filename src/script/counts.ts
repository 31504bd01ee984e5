import type { Amounts } from "../protocol/amounts.ts";

/** Amounts as counts by kind; what is not known is not there. */
export function counts(amounts: Amounts): Record<string, number> {
  return withoutAbsent(amounts) as Record<string, number>;
}

/** Without the keys that are there but undefined, as zod leaves them. */
export function withoutAbsent(value: object): unknown {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
