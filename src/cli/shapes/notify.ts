import { z } from "zod";

/** `notify`: where people are told, and what they were told, the last first */
export const notifyShape = z.strictObject({
  /** `waiting`: events that are to be told there. */
  places: z.array(z.strictObject({ place: z.string(), to: z.string(), waiting: z.number() })),
  deliveries: z.array(
    z.strictObject({
      at: z.string(),
      place: z.string(),
      message: z.string(),
      state: z.enum(["trying", "told", "failed", "dead"]),
      tries: z.number(),
      events: z.number(),
      headline: z.string(),
      error: z.string().optional(),
    }),
  ),
});

/** `notify dead` */
export const notifyDeadShape = z.strictObject({
  dead: z.array(
    z.strictObject({
      message: z.string(),
      place: z.string(),
      to: z.string(),
      at: z.string(),
      tries: z.number(),
      error: z.string(),
      headline: z.string(),
      events: z.number(),
      path: z.string(),
    }),
  ),
});

/** `notify retry` */
export const notifyRetriedShape = z.strictObject({ retried: z.array(z.string()) });

/** `notify test`; durations are milliseconds */
export const notifyTestShape = z.strictObject({
  tested: z.array(
    z.strictObject({
      place: z.string(),
      to: z.string(),
      ok: z.boolean(),
      duration: z.number(),
      error: z.string().optional(),
    }),
  ),
});
