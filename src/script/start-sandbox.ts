import { Worker } from "node:worker_threads";
import { z } from "zod";
import { ClawflowError } from "../protocol/errors.ts";
import type { EngineCode } from "./quickjs.ts";
import type { Sandbox, SandboxSetup, StartSandbox, Turn } from "./sandbox-types.ts";
import { turnSchema } from "./sandbox-types.ts";

/** More than its limit of computing, until a thread is ended that does not see the limit by itself. */
const GRACE_MS = 1000;
const START_MS = 30_000;
const MIB = 1024 * 1024;

/** Of the WebAssembly of Node, whose types are those of a browser. */
declare const WebAssembly: { Module: new () => EngineCode };

const fromWorker = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ready"), code: z.instanceof(WebAssembly.Module).optional() }),
  z.strictObject({ kind: z.literal("turn"), turn: turnSchema }),
]);

/**
 * The engine as the first thread compiled it, before there was a script in it. Compiled code lives as long as something holds it, and a
 * thread ends with its script; held here, every later one starts in half the time.
 */
let engineCode: EngineCode | undefined;

interface Waiting {
  resolve: (turn: Turn | undefined) => void;
  reject: (error: ClawflowError) => void;
}

/**
 * A script in a thread of its own that has no environment, and is ended when it computes for longer than it may, so that the host answers
 * whatever the script does.
 *
 * @param file the built `script-worker.js`; usual is the one beside this file, or beside the bundle that holds it
 */
export function sandboxInWorker(file: URL = new URL("./script-worker.js", import.meta.url)): StartSandbox {
  return async (setup) => {
    const worker = new Worker(file, {
      workerData: { setup, ...(engineCode === undefined ? {} : { code: engineCode }) },
      name: "clawflow-script",
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      // The text of what passes stands outside of the engine's memory; a deep script needs stack.
      resourceLimits: {
        maxOldGenerationSizeMb: 64 + Math.ceil(setup.limits.memoryBytes / MIB),
        maxYoungGenerationSizeMb: 16,
        stackSizeMb: 8,
      },
    });
    return connect(worker, setup);
  };
}

async function connect(worker: Worker, setup: SandboxSetup): Promise<Sandbox> {
  const { computeMs } = setup.limits;
  let waiting: Waiting | undefined;
  let ended: ClawflowError | undefined;
  let isReady = false;

  worker.on("message", (message: unknown) => {
    const checked = fromWorker.safeParse(message);
    if (!checked.success) {
      return end(
        new ClawflowError("E_INTERNAL", "the sandbox said what cannot be believed", { cause: checked.error }),
      );
    }
    const said = checked.data;
    if (said.kind === "ready" && !isReady) engineCode ??= said.code;
    isReady = true;
    settle((one) => one.resolve(said.kind === "turn" ? said.turn : undefined));
  });
  worker.on("error", (error) => end(threadFault(error, setup)));
  worker.on("messageerror", (error) => end(threadFault(error, setup)));
  worker.on("exit", () => end(new ClawflowError("E_CANCELLED", "the sandbox was ended")));
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();

  await within(START_MS, "the sandbox did not start");
  return {
    give: async (message) => {
      if (ended !== undefined) throw ended;
      const turn = within(
        computeMs + GRACE_MS,
        `${computeMs / 1000} s of computing without an answer to wait for`,
      );
      worker.postMessage(message);
      return (await turn) ?? { events: [] };
    },
    close: async () => {
      end(new ClawflowError("E_CANCELLED", "the sandbox was ended"));
      await worker.terminate();
    },
  };

  function within(ms: number, otherwise: string): Promise<Turn | undefined> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(new ClawflowError("E_TIMEOUT", otherwise)), ms);
      const done = () => clearTimeout(timer);
      waiting = {
        resolve: (turn) => {
          done();
          resolve(turn);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
    });
  }

  function settle(how: (one: Waiting) => void): void {
    const one = waiting;
    waiting = undefined;
    if (one !== undefined) how(one);
  }

  /** Nothing that comes later counts. */
  function end(error: ClawflowError): void {
    ended ??= error;
    const why = ended;
    settle((one) => one.reject(why));
    void worker.terminate();
  }
}

function threadFault(error: Error & { code?: string }, setup: SandboxSetup): ClawflowError {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new ClawflowError(
      "E_LIMIT",
      `the script needs more than its ${setup.limits.memoryBytes / MIB} MiB of memory`,
    );
  }
  return new ClawflowError("E_INTERNAL", "the sandbox failed", { found: error.message, cause: error });
}
