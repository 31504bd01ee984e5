import { DBOS } from "@dbos-inc/dbos-sdk";
import { packageVersion } from "../lib/package-version.mjs";
import { startPostgres } from "../servers/postgres.mjs";
import { inFlight } from "./in-flight.mjs";

/** DBOS: a job is a workflow, a node a step; the steps of one layer run side by side. */
export async function start() {
  const postgres = await startPostgres();
  DBOS.setConfig({
    name: "peers",
    systemDatabaseUrl: postgres.url,
    runAdminServer: false,
    logLevel: "error",
    consoleLogLevel: "error",
  });
  const job = DBOS.registerWorkflow(
    async (layers, width) => {
      for (let layer = 0; layer < layers; layer++) {
        const steps = Array.from({ length: width }, (_, line) =>
          DBOS.runStep(async () => line, { name: `n${layer}-${line}` }),
        );
        await Promise.all(steps);
      }
    },
    { name: "job" },
  );
  await DBOS.launch();
  return {
    name: `DBOS ${packageVersion("@dbos-inc/dbos-sdk")}, ${postgres.name}`,
    durability: "synchronous_commit=on, fsync=on: a commit for each step",
    run: ({ layers, width, ...jobs }) => inFlight(jobs, () => job(layers, width)),
    stop: async () => {
      await DBOS.shutdown();
      await postgres.stop();
    },
  };
}
