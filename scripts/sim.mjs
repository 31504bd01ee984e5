// `npm run sim` and `npm run sim:mutants`: the simulator, which docs/simulator.md describes.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSim } from "./build-sim.mjs";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const [program = "main", ...given] = process.argv.slice(2);
const { status, error } = spawnSync(
  process.execPath,
  [join(buildSim(), "test", "sim", "run", `${program}.js`), ...given],
  { cwd: project, stdio: "inherit", env: { ...process.env, CLAWFLOW_PROJECT: project } },
);
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
