import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { freshFolder } from "../lib/folders.mjs";
import { endProgram, freePort, startProgram } from "../lib/programs.mjs";
import { until } from "../lib/until.mjs";

const require = createRequire(import.meta.url);

/**
 * Restate's server in one process on a fresh folder, as it is configured by itself: what its log takes is synced.
 *
 * @returns `{name, ingress, admin, stop()}`: addresses
 */
export async function startRestate() {
  const manifest = require.resolve("@restatedev/restate-server-linux-x64/package.json");
  const folder = freshFolder("restate");
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()];
  const env = {
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_BASE_DIR: folder,
    RESTATE_NODE_NAME: "peers",
    RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_LOG_FILTER: "warn",
    DO_NOT_TRACK: "1",
  };
  const program = join(dirname(manifest), "bin", "restate-server");
  const server = startProgram(program, ["--no-logo"], { cwd: folder, env });
  const over = server.ended.then(() => {
    throw new Error(`restate-server ended:\n${server.output().slice(-2000)}`);
  });
  over.catch(() => {});
  const healthy = async () => {
    const answers = [`http://127.0.0.1:${admin}/health`, `http://127.0.0.1:${ingress}/restate/health`];
    for (const url of answers) if (!(await fetch(url)).ok) return false;
    return true;
  };
  await Promise.race([until(healthy, "Restate", { timeout: 60_000, every: 50 }), over]);
  return {
    name: `Restate ${require(manifest).version}`,
    ingress: `http://127.0.0.1:${ingress}`,
    admin: `http://127.0.0.1:${admin}`,
    pid: server.pid,
    stop: () => endProgram(server, "SIGTERM", 5_000),
  };
}
