/** Tells when an inbox may have changed. Only a hint: the host looks by itself too, so one that is silent costs time, never messages. */
export interface Watch {
  start(look: Look): Promise<void>;
  stop(): Promise<void>;
}

/** @param name of the file that came, went or was written; not given: it may be any */
export type Look = (agent: string, name?: string) => void;

/** No hints: what comes from outside is found by the rescan. */
export const noWatch: Watch = {
  start: async () => {},
  stop: async () => {},
};
