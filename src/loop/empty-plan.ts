import type { Plan } from "./types.ts";

/** A plan that decides nothing. */
export function emptyPlan(): Plan {
  return {
    disposals: [],
    send: [],
    resend: [],
    withdraw: [],
    record: [],
    blobs: [],
    files: [],
    ask: [],
    run: [],
    stop: [],
  };
}
