// One process that waits for files: `node receiver.mjs <way> <folder>`. Says "ready", and when it is asked, when each file's handler ran.

import { existsSync, watch as nodeWatch, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { watch as chokidar } from "chokidar";
import { createHost } from "../../dist/index.js";

/** Milliseconds between two looks of the one that polls. */
const POLL = 100;

const [way, root] = process.argv.slice(2);
const inbox = join(root, "worker", "mailbox", "inbox");
const archive = join(root, "archive");
const handled = {};

function note(id) {
  handled[id] ??= Number(process.hrtime.bigint()) / 1e6;
}

/** The least that a handler of a mailbox does: it reads the message, and puts it away so that it is not taken again. */
function take(name) {
  const path = join(inbox, name);
  if (!existsSync(path)) return;
  note(/^task_id: (.+)$/m.exec(readFileSync(path, "utf8"))[1]);
  renameSync(path, join(archive, name));
}

function host(durability) {
  return async () => {
    const brain = ({ task }) => {
      note(task.task_id);
      return "done";
    };
    const agents = { worker: { brain, concurrency: 1_000 } };
    const made = await createHost({ root, agents, durability, limits: { brains: 1_000 } });
    made.on((event) => {
      if (event.type === "host:failed") throw event.error;
    });
    await made.start();
  };
}

const WAYS = {
  "clawflow-full": host("full"),
  "clawflow-os": host("os"),
  chokidar: () =>
    new Promise((resolve) => {
      const watcher = chokidar(inbox, { ignoreInitial: true, depth: 0 });
      watcher.on("add", (path) => take(path.slice(inbox.length + 1)));
      watcher.on("ready", resolve);
    }),
  "fs.watch": () => void nodeWatch(inbox, (_, name) => take(name)),
  polling: () =>
    void setInterval(() => {
      for (const name of readdirSync(inbox)) take(name);
    }, POLL),
};

// Whoever measures was ended: nobody asks any more.
process.on("disconnect", () => process.exit(1));
process.on("message", () => process.send({ handled, stages: globalThis.wakeUpStages }));
await WAYS[way]();
process.send("ready");
