import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { packageVersion } from "../lib/package-version.mjs";
import { freePort } from "../lib/programs.mjs";
import { startRestate } from "../servers/restate.mjs";
import { inFlight } from "./in-flight.mjs";

/** Restate: a job is an invocation, a node a `ctx.run`; those of one layer run side by side. */
export async function start() {
  const server = await startRestate();
  const service = restate.service({
    name: "job",
    handlers: {
      run: async (ctx, { layers, width }) => {
        for (let layer = 0; layer < layers; layer++) {
          const steps = Array.from({ length: width }, (_, line) => ctx.run(`n${layer}-${line}`, () => line));
          await restate.RestatePromise.all(steps);
        }
      },
    },
  });
  const port = await freePort();
  await restate.serve({ services: [service], port });
  const answer = await fetch(`${server.admin}/deployments`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uri: `http://127.0.0.1:${port}` }),
  });
  if (!answer.ok) throw new Error(`Restate took no deployment: ${await answer.text()}`);
  const client = clients.connect({ url: server.ingress }).serviceClient(service);
  return {
    name: `${server.name}, SDK ${packageVersion("@restatedev/restate-sdk")}`,
    durability: "as configured by default: its log synced before a step counts, several steps at a time",
    run: ({ layers, width, ...jobs }) => inFlight(jobs, () => client.run({ layers, width })),
    stop: () => server.stop(),
  };
}
