/** The thread in which one script runs. Nothing imports this: `start-sandbox.ts` starts it as a file. */
import { parentPort, workerData } from "node:worker_threads";
import { startEngine } from "./engine.ts";
import { compileEngine, type EngineCode } from "./quickjs.ts";
import type { SandboxSetup, ToSandbox } from "./sandbox-types.ts";

useUtc();
const port = parentPort;
if (port !== null) {
  const { setup, code: given } = workerData as { setup: SandboxSetup; code?: EngineCode };
  const code = given ?? (await compileEngine());
  const sandbox = await startEngine(setup, code);
  port.on("message", (message: ToSandbox) => {
    void sandbox.give(message).then((turn) => port.postMessage({ kind: "turn", turn }));
  });
  port.postMessage({ kind: "ready", ...(given === undefined ? { code } : {}) });
}

/** The engine asks this thread's `Date` for the local time; every machine has the same one, so that a script comes to the same. */
function useUtc(): void {
  const { prototype } = Date;
  for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds"] as const) {
    prototype[`get${part}`] = prototype[`getUTC${part}`];
  }
  prototype.getTimezoneOffset = () => 0;
}
