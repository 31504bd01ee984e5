import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../host/clock.ts";
import { nodeClock } from "../host/node-clock.ts";
import type { SubagentRuntime } from "./types.ts";

const SHARED = Symbol.for("clawflow.first-context.1");

/**
 * Runs `work` in the asynchronous context in which the plugin was first registered in this process: that of the gateway's own start. At
 * a reload the service is started within the request of the client that asked for it, and whatever it does would count as that client's,
 * which OpenClaw refuses as soon as the client is gone. The same is so for what a tool or a command wakes.
 */
export function inFirstContext<T>(work: () => T): T {
  const shared = globalThis as { [SHARED]?: <R>(work: () => R) => R };
  shared[SHARED] ??= AsyncLocalStorage.snapshot();
  return shared[SHARED](work);
}

/**
 * The real time; what it calls back runs in the first context, whoever set it. Else what a tool of a chat wakes would go on as that
 * tool's call, and no turn could begin after it is over.
 */
export function firstContextClock(): Clock {
  const clock = nodeClock();
  return { ...clock, after: (ms, callback) => inFirstContext(() => clock.after(ms, callback)) };
}

/** OpenClaw's turns, each asked for in the first context. */
export function firstContextSubagent(runtime: { readonly subagent: SubagentRuntime }): SubagentRuntime {
  return {
    run: (request) => inFirstContext(() => runtime.subagent.run(request)),
    waitForRun: (request) => inFirstContext(() => runtime.subagent.waitForRun(request)),
    getSessionMessages: (request) => inFirstContext(() => runtime.subagent.getSessionMessages(request)),
    deleteSession: (request) => inFirstContext(() => runtime.subagent.deleteSession(request)),
    complete: (request) => inFirstContext(() => runtime.subagent.complete(request)),
  };
}
