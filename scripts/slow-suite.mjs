// `npm run test:kill`, `test:faults`, `test:editors`: a slow suite, in its quick form or (`--full`) in its full one; `--replay <seed>` makes the
// choices of a run again. Other arguments go to vitest.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const [suite, ...given] = process.argv.slice(2);
const env = { ...process.env };
const rest = [];
while (given.length > 0) {
  const argument = given.shift();
  if (argument === "--full") env.CLAWFLOW_FULL = "1";
  else if (argument === "--replay") env.CLAWFLOW_REPLAY = wholeNumber(argument);
  else rest.push(argument);
}
const vitest = join(project, "node_modules", "vitest", "vitest.mjs");
const { status, error } = spawnSync(process.execPath, [vitest, "run", "--project", suite, ...rest], {
  cwd: project,
  env,
  stdio: "inherit",
});
if (error !== undefined) throw error;
process.exitCode = status ?? 1;

function wholeNumber(argument) {
  const value = given.shift();
  if (/^\d+$/.test(value ?? "")) return value;
  console.error(`${argument} needs a whole number`);
  process.exit(2);
}
