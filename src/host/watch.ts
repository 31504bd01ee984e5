/** Tells when an inbox may have changed. Only a hint: the host looks by itself too, so one that is silent costs time, never messages. */
export interface Watch {
  start(look: (agent: string) => void): Promise<void>;
  stop(): Promise<void>;
}

/** No hints: what comes from outside is found by the rescan. */
export const noWatch: Watch = {
  start: async () => {},
  stop: async () => {},
};
