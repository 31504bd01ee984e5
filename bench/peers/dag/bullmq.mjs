import { FlowProducer, Worker } from "bullmq";
import { packageVersion } from "../lib/package-version.mjs";
import { startRedis } from "../servers/redis.mjs";
import { inFlight } from "./in-flight.mjs";

const QUEUE = "nodes";

/** BullMQ: a job is one flow for each line, a node a job of it that waits for its child; one worker, as many at once as nodes can be. */
export async function start() {
  const redis = await startRedis();
  const connection = { host: "127.0.0.1", port: redis.port };
  const flows = new FlowProducer({ connection });
  const ends = new Map();
  const worker = new Worker(QUEUE, async (job) => job.name, { connection, concurrency: 1 });
  worker.on("completed", (job) => {
    ends.get(job.data.last)?.();
    ends.delete(job.data.last);
  });
  worker.on("error", (error) => console.error(error));
  await worker.waitUntilReady();
  let lines = 0;
  const runJob = async (layers, width) => {
    const all = Array.from({ length: width }, () => `l${lines++}`);
    const ended = all.map((line) => new Promise((resolve) => ends.set(line, resolve)));
    await flows.addBulk(all.map((line) => flowOf(line, layers)));
    await Promise.all(ended);
  };
  return {
    name: `BullMQ ${packageVersion("bullmq")}, ${redis.name}`,
    durability: "appendonly, appendfsync=always: a sync for each turn of Redis",
    run: ({ layers, width, ...jobs }) => {
      worker.concurrency = jobs.atOnce * width;
      return inFlight(jobs, () => runJob(layers, width));
    },
    stop: async () => {
      await worker.close();
      await flows.close();
      await redis.stop();
    },
  };
}

/** The last node is the root; each node is the only child of the one after it. */
function flowOf(line, layers) {
  let flow;
  for (let layer = 0; layer < layers; layer++) {
    const data = layer === layers - 1 ? { last: line } : {};
    flow = { name: `n${layer}`, queueName: QUEUE, data, ...(flow === undefined ? {} : { children: [flow] }) };
  }
  return flow;
}
