import { AsyncLocalStorage } from "node:async_hooks";

const SHARED = Symbol.for("clawflow.first-context.1");

/**
 * Runs `work` in the asynchronous context in which the plugin was first registered in this process: that of the gateway's own start. At
 * a reload the service is started within the request of the client that asked for it, and whatever it does would count as that client's,
 * which OpenClaw refuses as soon as the client is gone.
 */
export function inFirstContext<T>(work: () => T): T {
  const shared = globalThis as { [SHARED]?: <R>(work: () => R) => R };
  shared[SHARED] ??= AsyncLocalStorage.snapshot();
  return shared[SHARED](work);
}
