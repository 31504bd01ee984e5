import { useEffect, useState } from "preact/hooks";

/** What an action did, or why not. */
export interface Toast {
  text: string;
  /** What the command said beside that, such as that no host runs; or what to do. */
  note?: string | undefined;
  /** The same in a terminal. */
  command?: string | undefined;
  /** Where more of it is seen. */
  link?: { href: string; text: string };
  tone?: "good" | "bad";
}

/** More would lie over what they speak of. */
const MOST = 2;
/** What went well goes by itself. Milliseconds. */
const STAYS = 10_000;

let list: (Toast & { id: number })[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function toast(of: Toast): void {
  const id = ++lastId;
  set([...list, { ...of, id }].slice(-MOST));
  if (of.tone !== "bad") setTimeout(() => dropToast(id), STAYS);
}

export function dropToast(id: number): void {
  set(list.filter((one) => one.id !== id));
}

export function useToasts(): readonly (Toast & { id: number })[] {
  const [, draw] = useState({});
  useEffect(() => {
    const tell = () => draw({});
    listeners.add(tell);
    return () => void listeners.delete(tell);
  }, []);
  return list;
}

function set(now: typeof list): void {
  list = now;
  for (const tell of listeners) tell();
}
