import { z } from "zod";

/** What work may use or has used. `tasks` counts a task and all below it; `seconds` is time of brains. */
export const amountsSchema = z.strictObject({
  tasks: z.number().nonnegative().optional(),
  tokens: z.number().nonnegative().optional(),
  usd: z.number().nonnegative().optional(),
  seconds: z.number().nonnegative().optional(),
});
export type Amounts = z.infer<typeof amountsSchema>;

export const AMOUNT_KINDS = ["tasks", "tokens", "usd", "seconds"] as const;

export function addAmounts(a: Amounts, b: Amounts | undefined): Amounts {
  if (b === undefined) return a;
  const sum: Amounts = { ...a };
  for (const kind of AMOUNT_KINDS) {
    const more = b[kind];
    if (more !== undefined) sum[kind] = round((sum[kind] ?? 0) + more);
  }
  return sum;
}

/** Money in thousands of a cent and time in milliseconds, so that sums print as people expect. */
export function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
