import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { until } from "../host/until.ts";

/** An error that the kernel gives in place of doing what it is asked. */
export interface Injection {
  /** System calls, with commas between them. */
  calls: string;
  /** `EIO`, `ENOSPC`, … */
  error: string;
  /** As strace has it: `3`: the third call of each thread; `3+`: from there on; `3..5`. */
  when: string;
  /** Only calls on this file. */
  path?: string;
}

/** What makes the kernel do so to a running process and all that it starts. */
export interface Injector {
  /** Calls that failed so far because they were told to. */
  count(): number;
  /** The process goes on as if nothing had been; resolves when it does. */
  end(): Promise<void>;
}

const NEEDED =
  "this suite needs strace (Debian: apt-get install strace), which must be allowed to attach to processes (as root, or with kernel.yama.ptrace_scope=0)";

/** @throws what is missing, in a sentence */
export function needStrace(): void {
  if (spawnSync("strace", ["-V"]).status !== 0) throw new Error(NEEDED);
}

/** Resolves when every thread of the process is under it. */
export async function inject(pid: number, injection: Injection): Promise<Injector> {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-strace-"));
  const log = join(folder, "calls");
  const strace = spawn("strace", ["-f", "-p", `${pid}`, ...straceOptions(injection, log)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  let isOver = false;
  strace.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const over = new Promise<void>((resolve) => {
    strace.once("error", (error) => (said += error.message));
    strace.once("close", () => {
      isOver = true;
      resolve();
    });
  });
  const end = async () => {
    if (!isOver) strace.kill("SIGINT");
    await over;
    rmSync(folder, { recursive: true, force: true });
  };
  onTestFinished(end);
  await until(() => isOver || said.includes("attached"), `strace on ${pid}`);
  if (isOver) throw new Error(`${NEEDED}: ${said.trim()}`);
  return { count: () => countInjected(log), end };
}

/** A program that is started under it: its words before those of the command. */
export function startedUnder(injection: Injection, log: string): string[] {
  return ["strace", "-f", "-qq", ...straceOptions(injection, log)];
}

export function countInjected(log: string): number {
  try {
    return readFileSync(log, "utf8").split("(INJECTED)").length - 1;
  } catch {
    return 0;
  }
}

function straceOptions({ calls, error, when, path }: Injection, log: string): string[] {
  const only = path === undefined ? [] : ["-P", path];
  return ["-o", log, "-e", `trace=${calls}`, "-e", `inject=${calls}:error=${error}:when=${when}`, ...only];
}
