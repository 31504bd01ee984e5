import { internal } from "../protocol/errors.ts";

/**
 * A host's life.
 *
 * - `ready`: opened and replayed; nothing runs yet. `start` → running.
 * - `running`: passes whenever there is something, rests between. `stop` → stopping; a fault of the disk → failed.
 * - `stopping`: brains are ended, files written, the journal emptied. → stopped.
 * - `failed`: what is in memory may be ahead of the disk, so nothing more is written; opening again starts from the files.
 */
export type HostState = "ready" | "running" | "stopping" | "stopped" | "failed";

const TRANSITIONS: Readonly<Record<HostState, readonly HostState[]>> = {
  ready: ["running", "stopping"],
  running: ["stopping", "failed"],
  stopping: ["stopped", "failed"],
  stopped: [],
  failed: ["stopping"],
};

/** @returns `next`. @throws E_INTERNAL where a host cannot become that */
export function nextState(now: HostState, next: HostState): HostState {
  if (!TRANSITIONS[now].includes(next)) throw internal(`a host that is ${now} cannot become ${next}`);
  return next;
}
