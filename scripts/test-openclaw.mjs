// `npm run test:openclaw`: the suite with real gateways, in its quick form or (`--full`) in its full one. It installs what it needs into
// test/openclaw, once, and builds the plugin; with `--figures` what is measured there in place of the tests; other arguments go to vitest.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const own = join(project, "test", "openclaw");
const given = process.argv.slice(2);
const env = given.includes("--full") ? { ...process.env, CLAWFLOW_FULL: "1" } : process.env;
const suite = given.includes("--figures") ? "figures" : "openclaw";
const rest = given.filter((argument) => argument !== "--full" && argument !== "--figures");

// npm writes this file when an installation is complete.
if (!existsSync(join(own, "node_modules", ".package-lock.json")))
  run("npm", ["ci", "--no-audit", "--no-fund"], own);
run(process.execPath, [join(project, "scripts", "build-plugin.mjs"), "--pack"], project);
const vitest = join(project, "node_modules", "vitest", "vitest.mjs");
// What is measured has the machine for itself.
const alone = suite === "figures" ? ["--no-file-parallelism"] : [];
run(process.execPath, [vitest, "run", "--project", suite, ...alone, ...rest], project);

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
