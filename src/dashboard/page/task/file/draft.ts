import type { TaskFile } from "../../../api-types.ts";

/** What a person is writing, and what they began with. */
export interface Draft {
  base: TaskFile;
  text: string;
}

/** Of `sessionStorage`. */
interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** It lives as long as the browser's tab, through every reload. */
export function readDraft(storage: Storage, agent: string, task: string): Draft | undefined {
  try {
    const draft = JSON.parse(storage.getItem(keyOf(agent, task)) ?? "null") as Draft | null;
    const isWhole = typeof draft?.text === "string" && typeof draft.base?.text === "string";
    return isWhole && typeof draft.base.hash === "string" ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** What is as it was needs no keeping. @returns whether it is kept: a storage may be full, or forbidden */
export function keepDraft(storage: Storage, agent: string, task: string, draft: Draft): boolean {
  try {
    if (draft.text === draft.base.text) storage.removeItem(keyOf(agent, task));
    else storage.setItem(keyOf(agent, task), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

function keyOf(agent: string, task: string): string {
  return `clawflow:draft:${agent}/${task}`;
}
