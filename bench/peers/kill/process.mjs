// One of the two processes that are killed: `node process.mjs writer|consumer <system> <log folder> <place as JSON>`.
import { appendFileSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { effectLine, LINE, logs, readLog } from "./logs.mjs";
import { SYSTEMS } from "./systems.mjs";

/** A writer is at most this far ahead of the consumer, so that an inbox does not grow without end. */
const AHEAD = 20;

const [role, name, folder, placeText] = process.argv.slice(2);
const system = SYSTEMS[name];
const place = JSON.parse(placeText);
const { accepted, effects } = logs(folder);

if (role === "writer") await write();
else {
  await system.consume(place, handle);
  console.log("ready");
}

/** What work does outside of the system: one line at its end. */
async function handle(id, told) {
  await pause(0);
  appendFileSync(effects, effectLine(id, told));
}

/** Sends without end, in order; what it was not told of when it was killed, it sends again under the same id. */
async function write() {
  const { send } = system.writer(place);
  let number = readLog(accepted).length;
  const open = number - lines(effects);
  console.log("ready");
  for (;;) {
    const id = `m-${String(number).padStart(8, "0")}`;
    await persistently(() => send(id));
    appendFileSync(accepted, effectLine(id, false));
    number++;
    while (number - lines(effects) - open > AHEAD) await pause(1);
  }
}

async function persistently(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      // It was told that the message was not taken.
      if (error instanceof TypeError || error instanceof ReferenceError) throw error;
      await pause(20);
    }
  }
}

function lines(path) {
  return statSync(path).size / LINE;
}
