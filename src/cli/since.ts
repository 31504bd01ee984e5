import { parseDuration } from "../protocol/duration.ts";
import { ClawflowError } from "../protocol/errors.ts";

const DAY = 24 * 3600 * 1000;

/** ISO 8601 UTC of a duration before now, or of a time; empty: from the beginning. @throws E_USAGE */
export function sinceOf(text: string | undefined): string {
  if (text === undefined) return "";
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(Date.now() - Number(days) * DAY).toISOString();
  if (/^\d{1,12}(ms|s|m|h)$/.test(text))
    return new Date(Math.max(0, Date.now() - parseDuration(text))).toISOString();
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new ClawflowError("E_USAGE", "not a time", {
    at: "--since",
    expected: "30s, 5m, 2h, 7d, or a time as in 2026-01-31T12:00:00Z",
    found: JSON.stringify(text),
  });
}
