import { createHost } from "../dist/index.js";
import { freshRoot } from "./team.mjs";

/** What starting left behind is collected by then. */
const SETTLE = 10_000;
const LOOK_FOR = 30_000;

/** A host of agents that have nothing to do: resident memory that it adds, and its share of one processor over 30 s. */
export async function idleAgents(count) {
  const before = process.memoryUsage.rss();
  const agents = {};
  for (let index = 0; index < count; index++) agents[`a${index}`] = { brain: () => "" };
  const host = await createHost({ root: freshRoot(), agents, durability: "os" });
  await host.start();
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  const from = process.cpuUsage();
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, LOOK_FOR));
  const { user, system } = process.cpuUsage(from);
  const percent = ((user + system) / 1000 / (performance.now() - begun)) * 100;
  const megabytes = process.memoryUsage.rss() / 2 ** 20;
  await host.stop();
  return { megabytes, added: megabytes - before / 2 ** 20, percent };
}
