import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freshFolder } from "../lib/folders.mjs";
import { endProgram, freePort, startProgram } from "../lib/programs.mjs";
import { until } from "../lib/until.mjs";
import { accepts } from "./postgres.mjs";

const PACKAGES = ["redis-server", "redis-tools", "libjemalloc2", "liblzf1"];
const UNPACKED = join(import.meta.dirname, "..", ".debian");

/**
 * Redis from Debian on a fresh folder, with an append-only file that is synced at each write.
 *
 * @returns `{name, port, kill9(), restart(), stop()}`; the last three resolve when it is done
 */
export async function startRedis() {
  const { program, env } = findRedis();
  const folder = freshFolder("redis");
  const port = await freePort();
  const settings = {
    bind: "127.0.0.1",
    port,
    dir: folder,
    appendonly: "yes",
    appendfsync: "always",
    // What BullMQ asks for; Debian's own configuration sets none either.
    "maxmemory-policy": "noeviction",
    daemonize: "no",
  };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
  let server;
  const start = async () => {
    server = startProgram(program, args, { cwd: folder, env });
    const over = server.ended.then(() => {
      throw new Error(`redis-server ended:\n${server.output().slice(-2000)}`);
    });
    over.catch(() => {});
    await Promise.race([until(() => accepts(port), "Redis", { every: 5 }), over]);
  };
  await start();
  const version = execFileSync(program, ["--version"], { encoding: "utf8", env: { ...process.env, ...env } });
  return {
    name: `Redis ${/v=([\d.]+)/.exec(version)?.[1]}`,
    port,
    get pid() {
      return server.pid;
    },
    kill9: async () => {
      server.kill("SIGKILL");
      await server.ended;
    },
    restart: start,
    stop: () => endProgram(server),
  };
}

/** The installed one, or the packages of Debian unpacked beside this package, so that no service is installed. */
function findRedis() {
  if (existsSync("/usr/bin/redis-server")) return { program: "/usr/bin/redis-server", env: {} };
  if (!existsSync(UNPACKED)) unpack();
  return {
    program: join(UNPACKED, "usr", "bin", "redis-server"),
    env: { LD_LIBRARY_PATH: join(UNPACKED, "usr", "lib", "x86_64-linux-gnu") },
  };
}

function unpack() {
  const folder = mkdtempSync(`${UNPACKED}-`);
  try {
    download(folder);
    const whole = join(folder, "whole");
    mkdirSync(whole);
    for (const name of readdirSync(folder).filter((name) => name.endsWith(".deb")))
      execFileSync("dpkg", ["-x", join(folder, name), whole]);
    renameSync(whole, UNPACKED);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function download(folder) {
  const get = () => execFileSync("apt-get", ["download", "-qq", ...PACKAGES], { cwd: folder, stdio: "pipe" });
  try {
    get();
  } catch {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "pipe" });
    get();
  }
}
