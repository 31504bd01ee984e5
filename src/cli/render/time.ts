/** `12.3s`, `4m 05s`, `2h 07m`. @param ms milliseconds */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(Math.floor(seconds % 60))}s`;
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}

/** The time between two ISO times, the second of which may be missing; `undefined` where one cannot be read. */
export function between(from: string | undefined, to: string | undefined, now: number): number | undefined {
  const start = Date.parse(from ?? "");
  const end = to === undefined ? now : Date.parse(to);
  return Number.isNaN(start) || Number.isNaN(end) ? undefined : Math.max(0, end - start);
}

/** `3m 10s ago` of an ISO time; the text itself where it is none. */
export function ago(iso: string, now: number): string {
  const ms = between(iso, undefined, now);
  return ms === undefined ? iso : `${elapsed(ms)} ago`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
