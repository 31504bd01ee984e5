import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { connect, type Socket } from "node:net";
import type { Clock } from "../host/clock.ts";
import { nodeClock } from "../host/node-clock.ts";
import type { SubagentRuntime } from "./types.ts";

const SHARED = Symbol.for("clawflow.first-context.1");
const FOUND = Symbol.for("clawflow.first-context.found.1");
/** Milliseconds for a connection of this machine to itself. */
const PATIENCE = 2_000;
/** Node tells it of each connection that a server of this process takes. */
const TAKEN = "net.server.socket";

const shared = globalThis as { [SHARED]?: <R>(work: () => R) => R; [FOUND]?: boolean };

/**
 * Runs `work` in the asynchronous context of the gateway's own start: that in which the plugin was first registered in this process, or what
 * `findFirstContext` found. At a reload the service is started within the request of the client that asked for it, and whatever it does
 * would count as that client's, which OpenClaw refuses as soon as the client is gone. The same is so for what a tool or a command wakes.
 */
export function inFirstContext<T>(work: () => T): T {
  shared[SHARED] ??= AsyncLocalStorage.snapshot();
  return shared[SHARED](work);
}

/**
 * A plugin that is installed into a gateway that runs is first registered in the request of that client. The gateway's server was made
 * before there were clients: the context in which it takes a connection, here one that ends at once, is the gateway's own. Where none is
 * taken all stays as it is.
 */
export async function findFirstContext(port: number): Promise<void> {
  if (shared[FOUND] === true || !(port > 0 && port < 65_536)) return;
  const found = await contextOfServer(port);
  if (found === undefined) return;
  shared[SHARED] = found;
  shared[FOUND] = true;
}

async function contextOfServer(port: number): Promise<(<R>(work: () => R) => R) | undefined> {
  const client = connect({ host: "127.0.0.1", port });
  client.setTimeout(PATIENCE);
  let onTaken = (_: unknown) => {};
  try {
    return await new Promise((resolve) => {
      onTaken = (message) => {
        const { socket } = message as { socket: Socket };
        if (socket.remotePort === client.localPort) resolve(AsyncLocalStorage.snapshot());
      };
      subscribe(TAKEN, onTaken);
      for (const event of ["error", "timeout", "close"]) client.on(event, () => resolve(undefined));
    });
  } finally {
    unsubscribe(TAKEN, onTaken);
    client.destroy();
  }
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
