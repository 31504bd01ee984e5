import { hostname } from "node:os";
import type { Disk } from "./disk.ts";
import { isPassing } from "./disk-error.ts";

/** Which process of which machine; two processes never share one. */
export interface ProcessRecord {
  machine: string;
  /** Of the running system: after a restart of the machine all processes of the one before are gone. */
  boot: string;
  pid: number;
  /** When the process started, as the system tells it; a pid is used again, the two together are not. Empty: not known. */
  started: string;
}

export interface ProcessIdentity {
  identity: ProcessRecord;
  /** `unknown`: it belongs to another machine (or container), where nobody here can look. */
  isAlive(record: ProcessRecord): "alive" | "dead" | "unknown";
}

/** This process. The simulator has identities of its own. */
export function nodeProcess(disk: Pick<Disk, "read">): ProcessIdentity {
  const identity: ProcessRecord = {
    machine: machine(disk),
    boot: textOf(disk, "/proc/sys/kernel/random/boot_id"),
    pid: process.pid,
    started: processStart(disk, process.pid)?.started ?? "",
  };
  return { identity, isAlive: (record) => liveness(disk, identity, record) };
}

/**
 * When a process started, in ticks since the machine did; `undefined` if there is none, or none can be asked about. A process
 * that has ended and is only kept for its parent counts as gone.
 */
export function processStart(disk: Pick<Disk, "read">, pid: number): { started: string } | undefined {
  const text = textOf(disk, `/proc/${pid}/stat`);
  // The second field is the program's name in brackets, which may hold spaces and brackets itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const started = fields[19];
  if (started === undefined || fields[0] === "Z" || fields[0] === "X") return undefined;
  return { started };
}

/** Whether a process of this machine was stopped (SIGSTOP, `kill -STOP`) and does nothing until it is continued. */
export function isStopped(disk: Pick<Disk, "read">, pid: number): boolean {
  const text = textOf(disk, `/proc/${pid}/stat`);
  return /^[Tt]$/.test(text.slice(text.lastIndexOf(")") + 2).split(" ")[0] ?? "");
}

function liveness(disk: Pick<Disk, "read">, own: ProcessRecord, other: ProcessRecord) {
  if (other.machine !== own.machine) return "unknown";
  if (other.boot !== own.boot) return "dead";
  if (!answersSignal(other.pid)) return "dead";
  if (own.started === "" || other.started === "") return "alive";
  return processStart(disk, other.pid)?.started === other.started ? "alive" : "dead";
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Containers share the boot id, not the numbers of processes: the start of process 1 tells them apart. */
function machine(disk: Pick<Disk, "read">): string {
  const id = textOf(disk, "/etc/machine-id") || hostname();
  const first = processStart(disk, 1)?.started;
  return first === undefined ? id : `${id}/${first}`;
}

/** @throws where one cannot look just now: a process that lives is never to be taken for one that is gone */
function textOf(disk: Pick<Disk, "read">, path: string): string {
  try {
    return Buffer.from(disk.read(path)).toString("utf8").trim();
  } catch (error) {
    if (isPassing(error)) throw error;
    return "";
  }
}
