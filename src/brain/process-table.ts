import { readdirSync, readFileSync } from "node:fs";

/** One living process as Linux tells it. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Clock ticks from the machine's start to the process's: with the pid it names one process for ever. */
  started: string;
  /** SIGSTOP has taken effect. */
  stopped: boolean;
}

/** When a process started (field 22 of `/proc/<pid>/stat`); undefined if it is gone, or on a system without `/proc`. */
export function processStart(pid: number): string | undefined {
  return readProcess(pid)?.started;
}

/** Every process that is not already dead and waiting to be reaped; empty on a system without `/proc`. */
export function listProcesses(): ProcessEntry[] {
  const found: ProcessEntry[] = [];
  for (const name of readProc(() => readdirSync("/proc")) ?? []) {
    const entry = /^\d+$/.test(name) ? readProcess(Number(name)) : undefined;
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

/** The environment that a process was started with; undefined where it is gone or another user's. */
export function processEnvironment(pid: number): string[] | undefined {
  return readProc(() => readFileSync(`/proc/${pid}/environ`, "latin1"))?.split("\0");
}

/** A process that is not already dead. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readProc(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may hold anything, parentheses and spaces too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  const started = fields[19];
  if (started === undefined || state === "Z" || state === "X") return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    started,
    stopped: state === "T",
  };
}

/** A process may end between any two looks at it, and another user's is closed to us: both mean "not there". */
function readProc<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM") return undefined;
    throw error;
  }
}
