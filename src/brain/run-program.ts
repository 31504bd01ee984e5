import { execa } from "execa";
import { collectEnd, collectOutput } from "./collect-output.ts";
import { endProcessGroup, endRestOfGroup, type ProcessMark } from "./end-process.ts";
import { processStart } from "./process-table.ts";
import { type SpawnFault, spawnFault } from "./spawn-fault.ts";
import type { BrainContext } from "./types.ts";
import { untilAborted } from "./until-aborted.ts";

/** A program to be run once for one question. */
export interface Program {
  /** The program and its arguments; never a shell line, and never content. */
  command: readonly string[];
  /** Absolute. */
  cwd: string;
  agent: string;
  task: string;
  question: string;
  workspace: string;
  /** Added to the host's environment. */
  env?: Readonly<Record<string, string>> | undefined;
  /** What it reads on standard input. */
  input: string;
  limits?: ProgramLimits | undefined;
}

export interface ProgramLimits {
  /** Bytes of standard output. Default: 16 MiB. */
  output?: number | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. Default: 2000. */
  grace?: number | undefined;
  /** Milliseconds that its pipes may stay open after it exited. Default: 1000. */
  pipes?: number | undefined;
}

/** How a program ended that was not aborted. */
export type ProgramEnd =
  | { type: "exited"; exit: number | string; stdout: Uint8Array }
  | { type: "too-much"; limit: number }
  | SpawnFault;

export interface ProgramRun {
  end: ProgramEnd;
  /** The end of standard error, at most 4 KiB. */
  stderr: Uint8Array;
  /** Milliseconds. */
  duration: number;
}

const MAX_OUTPUT = 16 * 1024 * 1024;
const MAX_STDERR = 4096;

/**
 * Runs a program in a process group of its own. Rejects only with the signal's reason, and only after every process
 * of it was ended. After it exited by itself nothing waits longer than `limits.pipes` for processes that it left
 * behind; those still in its group are ended then, in the background.
 */
export async function runProgram(program: Program, context: BrainContext): Promise<ProgramRun> {
  context.signal.throwIfAborted();
  const begun = performance.now();
  const child = spawn(program);
  if (child instanceof Error || child.pid === undefined) {
    const end = spawnFault(program, child instanceof Error ? child : await child);
    return { end, stderr: new Uint8Array(), duration: performance.now() - begun };
  }
  const { pid } = child;

  const exited = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const limit = program.limits?.output ?? MAX_OUTPUT;
  const stdout = collectOutput(child.stdout, limit);
  const stderr = collectEnd(child.stderr, MAX_STDERR);
  const result = (end: ProgramEnd): ProgramRun => {
    return { end, stderr: stderr.bytes(), duration: performance.now() - begun };
  };

  let exitedByItself = false;
  try {
    context.onProcess(pid, processStart(pid) ?? "");
    // A program need not read its input, nor live until it is written.
    child.stdin.on("error", () => {});
    child.stdin.end(program.input);
    const tooMuch = stdout.tooMuch.then(() => "too much" as const);
    const exit = await untilAborted(context.signal, Promise.race([exited, tooMuch]));
    if (exit === "too much") return result({ type: "too-much", limit });

    const drained = Promise.all([stdout.closed, stderr.closed]);
    await untilAborted(context.signal, within(program.limits?.pipes ?? 1000, drained));
    exitedByItself = true;
    if (stdout.isTooMuch()) return result({ type: "too-much", limit });
    return result({ type: "exited", exit, stdout: stdout.bytes() });
  } finally {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    const grace = program.limits?.grace;
    if (exitedByItself) void endRestOfGroup(pid, grace);
    else await endProcessGroup(pid, { mark: markOf(program), grace });
  }
}

function spawn(program: Program) {
  try {
    return start(program);
  } catch (error) {
    // execa throws for an argument that no program can be given: one with a NUL in it.
    return error instanceof Error ? error : new Error(String(error));
  }
}

function start({ command, cwd, agent, task, question, workspace, env }: Program) {
  const [file = "", ...args] = command;
  const child = execa(file, args, {
    cwd,
    env: {
      ...env,
      CLAWFLOW_AGENT: agent,
      CLAWFLOW_TASK: task,
      CLAWFLOW_QUESTION: question,
      CLAWFLOW_WORKSPACE: workspace,
    },
    detached: true,
    // execa waits for every holder of a pipe and keeps all output: here both have their own limits.
    buffer: false,
    encoding: "buffer",
    reject: false,
    cleanup: false,
    windowsHide: true,
  });
  // The streams are destroyed when the run is over, which execa takes for a failure of its own.
  child.catch(() => {});
  return child;
}

function markOf({ question, workspace }: Program): ProcessMark {
  return { question, workspace };
}

/** The promise, or `ms` if that is sooner. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
}
