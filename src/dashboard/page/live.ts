import { useEffect, useState } from "preact/hooks";
import type { PageEvent } from "../api-types.ts";
import { get, Refusal } from "./api.ts";

/** At most so often a view is read again while things change, milliseconds. */
const PAUSE = 200;

type Changed = Extract<PageEvent, { event: "changed" }>["data"];

const listeners = new Set<(changed?: Changed) => void>();
const states = new Set<(isLive: boolean) => void>();
let isLive = false;

/** Begins to hear of changes. The browser takes up a stream that broke by itself; then everything is read again. */
export function startLive(): void {
  const stream = new EventSource("/api/events");
  const setLive = (now: boolean) => {
    isLive = now;
    for (const tell of states) tell(now);
  };
  stream.addEventListener("hello", () => {
    setLive(true);
    for (const tell of listeners) tell();
  });
  stream.addEventListener("changed", ({ data }: MessageEvent<string>) => {
    const changed = JSON.parse(data) as Changed;
    for (const tell of listeners) tell(changed);
  });
  stream.addEventListener("error", () => setLive(false));
}

/** Whether what is shown follows the files now. */
export function useLive(): boolean {
  const [live, setLive] = useState(isLive);
  useEffect(() => {
    states.add(setLive);
    return () => void states.delete(setLive);
  }, []);
  return live;
}

export interface Looked<T> {
  /** Stays while it is read again. */
  value?: T;
  error?: Refusal;
  again(): void;
}

/** What an address gives, read again when files change; `undefined` asks for nothing. */
export function useLook<T>(url: string | undefined): Looked<T> {
  const [found, setFound] = useState<{ url?: string; value?: T; error?: Refusal }>({});
  const [again, setAgain] = useState(() => () => {});
  useEffect(() => {
    if (url === undefined) return;
    const { look, end } = follow(url, setFound);
    setAgain(() => look);
    listeners.add(look);
    look();
    return () => {
      listeners.delete(look);
      end();
    };
  }, [url]);
  const { value, error } = found.url === url ? found : {};
  return { ...(value === undefined ? {} : { value }), ...(error === undefined ? {} : { error }), again };
}

/** One request at a time; changes meanwhile are one more after it. */
function follow<T>(url: string, set: (found: { url: string; value?: T; error?: Refusal }) => void) {
  const ended = new AbortController();
  let busy = false;
  let wanted = false;
  async function look(): Promise<void> {
    wanted = true;
    if (busy) return;
    busy = true;
    while (wanted && !ended.signal.aborted) {
      wanted = false;
      const found = await get<T>(url, ended.signal).then(
        (value) => ({ url, value }),
        (error: unknown) => ({ url, error: asRefusal(error) }),
      );
      if (!ended.signal.aborted) set(found);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    busy = false;
  }
  return { look: () => void look(), end: () => ended.abort() };
}

export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal({
    code: "E_INTERNAL",
    message: "the server does not answer",
    hint: "Start it again: clawflow dashboard",
  });
}
