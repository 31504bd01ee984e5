import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromWorker, ToWorker } from "./messages.ts";

export const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

/** One process that runs seeds. */
export class Worker {
  readonly #child: ChildProcess;

  constructor(program = WORKER) {
    // A run makes much that is soon forgotten.
    const execArgv = ["--max-semi-space-size=64"];
    this.#child = fork(program, { stdio: ["inherit", "inherit", "inherit", "ipc"], execArgv });
  }

  /** @throws when the process ends, or does not answer in time */
  run(job: ToWorker, milliseconds = Number.POSITIVE_INFINITY): Promise<FromWorker> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => done(() => reject(new Error(`a worker ended with ${code}`)));
      const late = () => done(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)));
      const told = (message: FromWorker) => done(() => resolve(message));
      const timer = Number.isFinite(milliseconds) ? setTimeout(late, milliseconds) : undefined;
      const done = (settle: () => void) => {
        clearTimeout(timer);
        child.off("exit", ended).off("message", told as (message: unknown) => void);
        settle();
      };
      child.once("exit", ended).once("message", told as (message: unknown) => void);
      child.send(job);
    });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}

/** Runs `work` for each item, several at a time. */
export async function inParallel<T>(
  count: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: count }, lane));
}
