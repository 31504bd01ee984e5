import { fork } from "node:child_process";
import { join } from "node:path";

const PROGRAM = join(import.meta.dirname, "engine-process.mjs");
/** Milliseconds for a start or a measurement. */
const PATIENCE = 300_000;

/** @returns `{name, durability, run(spec), stop()}`; both of the latter reject with what the engine said */
export async function startEngine(id) {
  const child = fork(PROGRAM, [id], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // A line for each invocation would be measured too; warnings are about the engines' own dependencies.
    env: { ...process.env, RESTATE_LOGGING: "ERROR", NODE_NO_WARNINGS: "1" },
  });
  const about = await next(child, id);
  return {
    id,
    pid: child.pid,
    ...about,
    run: async (spec) => {
      const answer = next(child, id);
      child.send({ run: spec });
      return (await answer).result;
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once("close", resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.send({});
        await ended;
      }
    },
  };
}

function next(child, id) {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) return reject(new Error(`${id} has ended`));
    const timer = setTimeout(() => {
      over(reject)(new Error(`${id}: nothing after ${PATIENCE} ms`));
      // What it would still say would be taken for the answer to something else.
      child.kill("SIGKILL");
    }, PATIENCE);
    const over = (settle) => (value) => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("close", onClose);
      settle(value);
    };
    const onMessage = (message) =>
      message.error === undefined ? over(resolve)(message) : over(reject)(new Error(message.error));
    const onClose = (code, signal) => over(reject)(new Error(`${id} ended (${code ?? signal})`));
    child.on("message", onMessage);
    child.on("close", onClose);
  });
}
