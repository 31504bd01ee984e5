import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { freshFolder } from "../lib/folders.mjs";
import { endProgram, freePort, runProgram, startProgram } from "../lib/programs.mjs";
import { until } from "../lib/until.mjs";

const VERSIONS = "/usr/lib/postgresql";
const DATABASE = "peers";

/**
 * PostgreSQL from Debian on a fresh data folder, as it is configured after `initdb`: every commit is synced.
 *
 * @returns `{name, url, pids(), stop()}`
 */
export async function startPostgres() {
  const bin = findPostgres();
  const folder = freshFolder("postgres");
  const data = join(folder, "data");
  const user = unprivileged();
  mkdirSync(data, { mode: 0o700 });
  if (user !== undefined) chownSync(data, idOf(user, "-u"), idOf(user, "-g"));
  const options = { user, cwd: folder, env: { HOME: folder, LC_ALL: "C" } };
  const initdb = ["-D", data, "-U", DATABASE, "--auth=trust", "--encoding=UTF8", "--no-instructions"];
  await runProgram(join(bin, "initdb"), initdb, options);
  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: "" };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const server = startProgram(join(bin, "postgres"), ["-D", data, ...flags], options);
  const psql = ["-h", "127.0.0.1", "-p", String(port), "-U", DATABASE, "-d", "postgres", "-c"];
  await until(() => accepts(port), "PostgreSQL");
  const make = () =>
    runProgram(join(bin, "psql"), [...psql, `create database ${DATABASE}`], options).then(() => true);
  await until(make, "the database", { every: 200 });
  return {
    name: execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" })
      .replace(/^postgres \(PostgreSQL\) ([\d.]+).*$/s, "PostgreSQL $1")
      .trim(),
    url: `postgresql://${DATABASE}@127.0.0.1:${port}/${DATABASE}`,
    pid: server.pid,
    stop: () => endProgram(server, "SIGINT"),
  };
}

function findPostgres() {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions
    .map((version) => join(VERSIONS, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")));
  if (bin === undefined) throw new Error("PostgreSQL is not installed (Debian: apt-get install postgresql)");
  return bin;
}

/** PostgreSQL refuses to run as root. */
function unprivileged() {
  if (userInfo().uid !== 0) return undefined;
  try {
    idOf("postgres", "-u");
    return "postgres";
  } catch {
    return "nobody";
  }
}

function idOf(user, what) {
  return Number(execFileSync("id", [what, user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
}

/** Whether something listens there. */
export function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
