// A plugin that only measures: bare turns, as any plugin may begin them, and the memory of the gateway's process.
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Milliseconds for what a collection leaves to be done later. */
const REST = 300;
const COLLECTIONS = 3;

export default {
  id: "probe",
  name: "Probe",
  description: "What is measured from within the gateway.",
  register({ registerGatewayMethod, runtime }) {
    // In a client's request a turn would count as that client's.
    const inFirstContext = AsyncLocalStorage.snapshot();
    const method = (name, work) =>
      registerGatewayMethod(
        `probe.${name}`,
        async ({ params, respond }) => {
          try {
            respond(true, await inFirstContext(work, params));
          } catch (error) {
            respond(false, undefined, { code: "UNAVAILABLE", message: String(error) });
          }
        },
        { scope: "operator.write" },
      );
    method("turns", (params) => turns(runtime.subagent, params));
    method("memory", memory);
  },
};

/** One after the other, each in a session of its own. @returns when each was asked for, accepted and over, in milliseconds since 1970 */
async function turns(subagent, { agent, message, count }) {
  const all = [];
  for (let index = 0; index < count; index++) {
    const sessionKey = `agent:${agent}:bare:${randomUUID()}`;
    const asked = now();
    const { runId } = await subagent.run({ sessionKey, message, deliver: false, idempotencyKey: sessionKey });
    const accepted = now();
    const { status, terminalReply } = await subagent.waitForRun({ runId, timeoutMs: 60_000 });
    if (status !== "ok") throw new Error(`a bare turn ended as ${status}`);
    all.push({ asked, accepted, ended: now(), text: terminalReply?.text });
  }
  return all;
}

/** In bytes, after collections of garbage. */
async function memory() {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  for (let left = COLLECTIONS; left > 0; left--) {
    collect();
    await delay(REST);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss };
}

function now() {
  return performance.timeOrigin + performance.now();
}
