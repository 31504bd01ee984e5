import { Queue, Worker } from "bullmq";
import { BODY } from "../lib/text.mjs";
import { startRedis } from "../servers/redis.mjs";

const QUEUE = "work";

/** BullMQ: a job under the message's id, its return value as the answer. Redis is killed too. */
export const name = "BullMQ on Redis";
export const about = "appendfsync always";

export async function open() {
  const redis = await startRedis();
  const place = { host: "127.0.0.1", port: redis.port };
  let damaged = 0;
  const jobs = async (...states) => {
    const queue = new Queue(QUEUE, { connection: place });
    try {
      return (await queue.getJobs(states, 0, -1)).map(({ id }) => id);
    } finally {
      await queue.close();
    }
  };
  return {
    place,
    /** What is killed besides the two processes. */
    killServer: async () => {
      await redis.kill9();
      try {
        await redis.restart();
      } catch (error) {
        damaged++;
        throw error;
      }
    },
    unreadable: () => damaged,
    answers: () => jobs("completed"),
    ended: async () => ({
      waiting: await jobs("waiting", "active", "delayed", "prioritized", "paused"),
      unreadable: damaged,
      failed: (await jobs("failed")).length,
      notes: [],
    }),
    close: () => redis.stop(),
  };
}

export function writer(connection) {
  const queue = new Queue(QUEUE, { connection });
  queue.on("error", () => {});
  return { send: (id) => queue.add("work", { text: BODY }, { jobId: id }) };
}

export async function consume(connection, handle) {
  const work = async (job) => {
    await handle(job.id, job.stalledCounter > 0);
    return "result";
  };
  // By itself it looks every 30 s for jobs whose worker died: sooner, so that the test ends.
  const worker = new Worker(QUEUE, work, { connection, lockDuration: 5_000, stalledInterval: 2_000 });
  worker.on("error", () => {});
  await worker.waitUntilReady();
}
