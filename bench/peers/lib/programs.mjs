import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";

const running = new Set();
const SETPRIV = "/usr/bin/setpriv";

// Whatever happens to this program, none of those that it started outlives it.
process.on("exit", () => {
  for (const child of running) killGroup(child);
});

/**
 * Starts a program in a process group of its own, which is killed at the latest when this one ends (where the system has `setpriv`:
 * even when this one is killed).
 *
 * @param user who it runs as, if this program may choose.
 * @returns `{pid, output(), ended, kill(signal)}`; `ended` resolves with the exit status or the signal's name.
 */
export function startProgram(command, args, { env = {}, cwd, user, onLine } = {}) {
  const [program, ...given] = withPrivileges(user, [command, ...args]);
  const child = spawn(program, given, {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...withoutClawflow(process.env), NO_COLOR: "1", ...env },
  });
  running.add(child);
  let output = "";
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output = (output + chunk).slice(-20_000);
    if (onLine === undefined) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    output = (output + chunk).slice(-20_000);
  });
  const ended = new Promise((resolve) => {
    child.once("error", (error) => {
      running.delete(child);
      output += error.message;
      resolve(error.message);
    });
    child.once("close", (code, signal) => {
      killGroup(child);
      running.delete(child);
      resolve(code ?? signal);
    });
  });
  return {
    pid: child.pid,
    output: () => output,
    ended,
    kill: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    },
  };
}

/** Waits until it ended by itself. @throws what it printed, unless its exit status is 0 */
export async function runProgram(command, args, options = {}) {
  const program = startProgram(command, args, options);
  const status = await program.ended;
  if (status !== 0) throw new Error(`${command} ended (${status}):\n${program.output().slice(-3000)}`);
  return program.output();
}

/** Ends a server that ends at SIGTERM, or by force after some time. */
export async function endProgram(program, signal = "SIGTERM", timeout = 10_000) {
  program.kill(signal);
  const timer = setTimeout(() => program.kill("SIGKILL"), timeout);
  await program.ended;
  clearTimeout(timer);
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function withPrivileges(user, command) {
  if (!existsSync(SETPRIV)) return command;
  const as = user === undefined || userInfo().uid !== 0 ? [] : userOptions(user);
  return [SETPRIV, ...as, "--pdeathsig", "KILL", "--", ...command];
}

function userOptions(user) {
  return [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
}

function killGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

function withoutClawflow(env) {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !key.startsWith("CLAWFLOW_")));
}
