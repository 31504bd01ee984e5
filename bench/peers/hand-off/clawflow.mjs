import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHost, submit } from "../../../dist/index.js";
import { BODY } from "../lib/text.mjs";

/** Subtasks of a job, one after the other: a round trip each. */
const CHAIN = 20;

/**
 * Two hosts. A writer is a job of the asker, a chain of subtasks for the receiver. A trip goes from the commit that sends a TASK to the
 * commit that takes its REPLY and sends the next.
 */
export const name = "Clawflow";
export const durability = "full: each commit and each delivery synced";
export const manyFiles = true;

export async function prepare(folder, stored) {
  for (const only of ["receiver", "asker"]) {
    const host = await hostOf(folder, only);
    await host.stop();
    fill(join(folder, only), stored);
  }
  return folder;
}

export async function receive(root) {
  const host = await hostOf(root, "receiver");
  await host.start();
}

export async function ask(root, writers, trips) {
  const host = await hostOf(root, "asker");
  const sent = new Map();
  host.on((event) => {
    if (event.type === "host:failed") throw event.error;
    if (event.type !== "message:sent" || event.kind !== "task") return;
    const now = performance.now();
    const before = sent.get(event.task);
    if (before !== undefined) trips.add(before, now);
    sent.set(event.task, now);
  });
  await host.start();
  const writer = async () => {
    while (!trips.isOver) {
      const { task_id } = await submit(host, "asker", { instructions: "ask" });
      const task = await host.finished("asker", task_id);
      if (task.status !== "done") throw new Error(`a job ended ${task.status}: ${task.error}`);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  await host.stop();
}

function hostOf(root, only) {
  const asker = ({ kind }) => (kind === "synthesise" ? "all" : { subtasks: chain() });
  return createHost({
    root,
    only: [only],
    agents: {
      asker: { brain: asker, peers: ["receiver"], concurrency: 64 },
      receiver: { brain: () => "result", concurrency: 64 },
    },
    durability: "full",
    limits: { concurrency: 1000, brains: 64 },
  });
}

function chain() {
  const subtasks = {};
  for (let index = 0; index < CHAIN; index++) {
    const depends_on = index === 0 ? [] : [`n${index - 1}`];
    subtasks[`n${index}`] = { agent: "receiver", description: BODY, depends_on };
  }
  return subtasks;
}

/** Messages of ten days as they would lie there; their texts do not matter. */
function fill(workspace, stored) {
  for (let index = 0; index < stored; index++) {
    const day = join(
      workspace,
      "mailbox",
      "archive",
      "2026",
      "01",
      String((index % 10) + 1).padStart(2, "0"),
    );
    mkdirSync(day, { recursive: true });
    writeFileSync(join(day, `task-old.n${index}-1-${String(index).padStart(12, "0")}.md`), "old\n");
  }
}
