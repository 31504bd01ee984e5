import { useEffect, useState } from "preact/hooks";
import type { PageEvent } from "../api-types.ts";
import { get, lookUrl, Refusal } from "./api.ts";

/** At most so often a view is read again while things change, milliseconds. */
const PAUSE = 200;

type Changed = Extract<PageEvent, { event: "changed" }>["data"];

/** A stream that the server refused is not taken up by the browser; it is tried again after so long, milliseconds. */
const RETRY = 3000;

/** So often a page that nobody sees is read again: what needs a person stands in its title. Milliseconds. */
const UNSEEN = 20_000;

/** `begins`: it was not heard of yet; `away`: the server does not answer; `locked`: it does not know this browser. */
export type Live = { state: "begins" | "live" } | { state: "away" | "locked"; since: string };

const listeners = new Set<(changed?: Changed) => void>();
const states = new Set<(live: Live) => void>();
let live: Live = { state: "begins" };

/** Begins to hear of changes. A stream that broke is taken up again; then everything is read again. */
export function startLive(): void {
  listen();
  document.addEventListener("visibilitychange", listen);
  setInterval(() => {
    if (document.hidden) for (const tell of listeners) tell();
  }, UNSEEN);
}

let stream: EventSource | undefined;

/** A browser has six connections for a server and no more: a page that nobody sees holds none. */
function listen(): void {
  if (document.hidden) {
    stream?.close();
    stream = undefined;
    return;
  }
  if (stream !== undefined && stream.readyState !== EventSource.CLOSED) return;
  const own = new EventSource("/api/events");
  stream = own;
  own.addEventListener("hello", () => {
    setLive({ state: "live" });
    for (const tell of listeners) tell();
  });
  own.addEventListener("changed", ({ data }: MessageEvent<string>) => {
    const changed = JSON.parse(data) as Changed;
    for (const tell of listeners) tell(changed);
  });
  own.addEventListener("error", () => {
    if (own !== stream) return;
    void lose();
    if (own.readyState === EventSource.CLOSED) setTimeout(listen, RETRY);
  });
}

/** A stream does not say why it broke; a question does. */
async function lose(): Promise<void> {
  const since = "since" in live ? live.since : new Date().toISOString();
  const isLocked = await fetch(lookUrl("status")).then(
    ({ status }) => status === 401,
    () => false,
  );
  setLive({ state: isLocked ? "locked" : "away", since });
}

function setLive(now: Live): void {
  live = now;
  for (const tell of states) tell(now);
}

/** Whether what is shown follows the files now. */
export function useLive(): Live {
  const [now, setNow] = useState(live);
  useEffect(() => {
    states.add(setNow);
    setNow(live);
    return () => void states.delete(setNow);
  }, []);
  return now;
}

export interface Looked<T> {
  /** Stays while it is read again, and while the server does not answer. */
  value?: T;
  error?: Refusal;
  again(): void;
}

/**
 * What an address gives, read again when files change; `undefined` asks for nothing.
 *
 * @param pause at most so often, milliseconds: what costs much to find out need not follow every moment
 */
export function useLook<T>(url: string | undefined, pause = PAUSE): Looked<T> {
  const [found, setFound] = useState<Found<T>>({});
  const [again, setAgain] = useState(() => () => {});
  useEffect(() => {
    if (url === undefined) return;
    const { look, end } = follow(url, pause, setFound);
    setAgain(() => look);
    listeners.add(look);
    look();
    return () => {
      listeners.delete(look);
      end();
    };
  }, [url, pause]);
  const { value, error } = found.url === url ? found : {};
  return { ...(value === undefined ? {} : { value }), ...(error === undefined ? {} : { error }), again };
}

interface Found<T> {
  url?: string;
  value?: T;
  error?: Refusal;
}

/** What was known is still to be seen when it cannot be asked for; what the server says is not there is gone. */
function failed<T>(url: string, before: Found<T>, error: Refusal): Found<T> {
  const isKept = before.url === url && before.value !== undefined && error.isSilence;
  return isKept ? before : { url, error };
}

/** One request at a time; changes meanwhile are one more after it. */
function follow<T>(url: string, pause: number, set: (change: (before: Found<T>) => Found<T>) => void) {
  const ended = new AbortController();
  let busy = false;
  let wanted = false;
  async function look(): Promise<void> {
    wanted = true;
    if (busy) return;
    busy = true;
    while (wanted && !ended.signal.aborted) {
      wanted = false;
      const change = await get<T>(url, ended.signal).then(
        (value) => () => ({ url, value }),
        (error: unknown) => (before: Found<T>) => failed(url, before, asRefusal(error)),
      );
      if (!ended.signal.aborted) set(change);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    busy = false;
  }
  return { look: () => void look(), end: () => ended.abort() };
}

export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return Refusal.silence();
}
