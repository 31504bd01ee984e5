import { ClawflowError, type ErrorCode } from "./errors.ts";

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of `500ms`, `30s`, `5m`, `2h`. @throws `code` (default E_FIELD) at `at` for anything else */
export function parseDuration(text: string, at = "duration", code: ErrorCode = "E_FIELD"): number {
  const match = /^(\d{1,12})(ms|s|m|h)$/.exec(text);
  if (match?.[1] !== undefined) return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  throw new ClawflowError(code, "not a duration", {
    at,
    expected: "a whole number with ms, s, m or h, as in 500ms, 30s, 5m, 2h",
    found: JSON.stringify(text),
  });
}

/** The shortest exact form: `formatDuration(90_000)` is `90s`. Parts of a millisecond are dropped. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.trunc(ms));
  for (const unit of ["h", "m", "s"] as const) {
    if (whole >= UNITS[unit] && whole % UNITS[unit] === 0) return `${whole / UNITS[unit]}${unit}`;
  }
  return `${whole}ms`;
}
