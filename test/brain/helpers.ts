import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { type CommandBrainOptions, commandBrain } from "../../src/brain/command-brain.ts";
import { listProcesses, processEnvironment } from "../../src/brain/process-table.ts";
import type { BrainContext } from "../../src/brain/types.ts";
import type { BrainQuestion } from "../../src/protocol/question.ts";

export const standIns = join(import.meta.dirname, "stand-ins");

/** Questions that no other test, and no run of this one, has: processes are looked for by them. */
export function aQuestion(changes: Partial<BrainQuestion> = {}): BrainQuestion {
  return {
    kind: "consider",
    question: `q-${process.pid}-${Math.random().toString(36).slice(2)}`,
    asked: 1,
    task: {
      task_id: "audit-k3f9",
      title: "Audit",
      instructions: "Look at every file",
      context: "",
      expected_output: "",
      depth: 1,
      attempt: 1,
    },
    peers: [],
    workspace: "/nowhere/lead",
    ...changes,
  };
}

export interface Process {
  pid: number;
  started: string;
}

export function aContext(
  signal: AbortSignal = new AbortController().signal,
): BrainContext & { processes: Process[] } {
  const processes: Process[] = [];
  return { signal, processes, onProcess: (pid, started) => processes.push({ pid, started }) };
}

/** The stand-in brain that behaves so. */
export function standIn(behaviour: string[], options: Partial<CommandBrainOptions> = {}) {
  return commandBrain({
    command: [process.execPath, join(standIns, "brain.mjs"), ...behaviour],
    cwd: tmpdir(),
    agent: "lead",
    ...options,
  });
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-brain-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits for a condition, not for a time. */
export async function until<T>(condition: () => T | undefined | false, ms = 120_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${condition}`);
    await delay(10);
  }
}

/** Ids of living processes whose command line holds the text. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => commandLine(Number(name)).includes(text))
    .map(Number);
}

/** Ids of living processes that carry the question in their environment. */
export function processesOf(question: string): number[] {
  return listProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => processEnvironment(pid)?.includes(`CLAWFLOW_QUESTION=${question}`));
}

/** Empty for what is gone, and for what is dead but not reaped. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

export function isAlive(pid: number): boolean {
  return commandLine(pid) !== "";
}

/** Written by a stand-in once it is ready. */
export function pidIn(file: string): number | undefined {
  try {
    const text = readFileSync(file, "utf8");
    return text === "" ? undefined : Number(text);
  } catch {
    return undefined;
  }
}
