import { useCallback } from "preact/hooks";
import { agoText, durationText } from "./format.ts";
import { useNow } from "./use-now.ts";

/** How long ago an ISO time was; the exact one stands in the title. What is no time is shown as it is. */
export function Ago({ time }: { time: string }) {
  const at = Date.parse(time);
  const make = useCallback((now: number) => (Number.isNaN(at) ? time : agoText(now - at)), [at, time]);
  const text = useNow(make);
  if (Number.isNaN(at)) return <>{text}</>;
  return (
    <time dateTime={time} title={exactTime(time)}>
      {text}
    </time>
  );
}

/** From one ISO time to another, or until now; nothing where a time cannot be read. */
export function Duration({ from, to }: { from: string | undefined; to?: string | undefined }) {
  const start = Date.parse(from ?? "");
  const end = to === undefined ? undefined : Date.parse(to);
  const make = useCallback(
    (now: number) => {
      const ms = (end ?? now) - start;
      return Number.isNaN(ms) ? "" : durationText(end === undefined ? Math.floor(ms / 1000) * 1000 : ms);
    },
    [start, end],
  );
  const text = useNow(make);
  if (text === "" || from === undefined) return null;
  const title = to === undefined ? `since ${exactTime(from)}` : `${exactTime(from)} to ${exactTime(to)}`;
  return <span title={title}>{text}</span>;
}

/** In the reader's own way and zone, and as it stands in the files. */
export function exactTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${at.toLocaleString()} (${iso})`;
}
