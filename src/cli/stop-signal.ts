import { constants } from "node:os";

/** Why a command that waits was to stop. */
export type StopReason = "timeout" | "signal";

export interface StopSignal {
  readonly signal: AbortSignal;
  reason(): StopReason | undefined;
  /** Gives the process back its signals. */
  release(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Aborted by a signal or when the time is over. A second signal ends the process at once: the files hold everything. */
export function stopSignal(timeout?: number): StopSignal {
  const controller = new AbortController();
  let reason: StopReason | undefined;
  const stop = (why: StopReason) => {
    reason ??= why;
    controller.abort();
  };
  const onSignal = (name: NodeJS.Signals) => {
    if (reason === "signal") process.exit(128 + (constants.signals[name] ?? 0));
    stop("signal");
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  const timer =
    timeout === undefined ? undefined : setTimeout(() => stop("timeout"), Math.min(timeout, 2 ** 31 - 1));
  return {
    signal: controller.signal,
    reason: () => reason,
    release() {
      clearTimeout(timer);
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/** The value of a promise, or `undefined` when the signal comes first. */
export async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T | undefined> {
  if (signal.aborted) {
    promise.catch(() => {});
    return undefined;
  }
  let onAbort = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    promise.catch(() => {});
  }
}
