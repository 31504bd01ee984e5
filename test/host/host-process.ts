import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** The built command line; `npm test` and `npm run test:kill` build it first. */
export const COMMAND = join(process.env.CLAWFLOW_DIST ?? join(PROJECT, "dist"), "cli", "main.js");

/** Loaded before the command line, it kills the process at a named point. */
const KILL_AT = fileURLToPath(new URL("../proof/kill-at.mjs", import.meta.url));

export const SCRIPTED = fileURLToPath(new URL("scripted.mjs", import.meta.url));

/** A host in a process of its own: `clawflow up`. */
export interface HostProcess {
  readonly pid: number;
  /** What it printed on standard output and standard error so far. */
  output(): string;
  /** Resolves when it runs its agents; rejects when it ends before. */
  readonly started: Promise<void>;
  /** Resolves with the exit status or the signal's name. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

export interface UpOptions {
  root: string;
  /** Path of the team file. */
  team: string;
  only?: string;
  takeOver?: boolean;
  killAt?: string | undefined;
  killWith?: NodeJS.Signals;
}

export interface CommandOptions {
  cwd?: string;
  /** The point at which the process kills itself; `kill-at.mjs` says how it is named. */
  killAt?: string | undefined;
  /** What it kills itself with there; default SIGKILL. */
  killWith?: NodeJS.Signals | undefined;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function up({ root, team, only, takeOver = false, killAt, killWith }: UpOptions): HostProcess {
  const more = [...(only === undefined ? [] : ["--only", only]), ...(takeOver ? ["--take-over"] : [])];
  return command(["up", "--json", "--root", root, "--team", team, ...more], { killAt, killWith });
}

/** Runs a command of the command line. */
export function command(
  args: readonly string[],
  { killAt, killWith = "SIGKILL", ...options }: CommandOptions = {},
): HostProcess {
  if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is not built: npm run build`);
  const preload = killAt === undefined ? [] : ["--import", KILL_AT];
  const point = killAt === undefined ? {} : { CLAWFLOW_KILL_AT: killAt, CLAWFLOW_KILL_WITH: killWith };
  const child = spawn(process.execPath, [...preload, COMMAND, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...withoutBrain(process.env), NO_COLOR: "1", ...point },
  });
  running.add(child);
  let output = "";
  let isStarted = false;
  const { promise: started, resolve, reject } = withResolvers<void>();
  const take = (chunk: string) => {
    output += chunk;
    if (isStarted || !output.includes('"host:started"')) return;
    isStarted = true;
    resolve();
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  const ended = new Promise<number | string>((end) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      reject(new Error(`the host ended (${code ?? signal}):\n${output}`));
      end(code ?? signal ?? "unknown");
    });
  });
  started.catch(() => {});
  return {
    pid: child.pid ?? 0,
    output: () => output,
    started,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

function withResolvers<T>() {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function withoutBrain(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !key.startsWith("CLAWFLOW_")));
}
