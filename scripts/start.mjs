// `npm start [-- <folder>]`: a team audits this project, or the folder given, and writes AUDIT.md where the command was started.
// Other arguments go to `clawflow run`.
import { spawn } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { formatRequest } from "../examples/repo-audit/lib/request.mjs";

const project = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const start = process.env.INIT_CWD ?? process.cwd();
const given = process.argv.slice(2);
const folder = given[0] !== undefined && !given[0].startsWith("-") ? given.shift() : undefined;

const command = [
  join(project, "dist", "cli", "main.js"),
  "run",
  "--team",
  join(project, "examples", "repo-audit", "team.yaml"),
  "--root",
  join(start, ".clawflow", "agents"),
  ...given,
  formatRequest({
    folder: folder === undefined ? project : resolve(start, folder),
    report: join(start, "AUDIT.md"),
  }),
];
const child = spawn(process.execPath, command, { cwd: start, stdio: "inherit" });
// A terminal gives Ctrl-C to both; this process waits until the host has stopped cleanly.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  if (code === 0 && start === project) process.stderr.write("  see it   npm run dashboard\n");
});
