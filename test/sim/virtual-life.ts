import type { Clock } from "../../src/host/clock.ts";
import type { AppendFile, Disk } from "../../src/store/disk.ts";
import type { ProcessIdentity, ProcessRecord } from "../../src/store/process-identity.ts";
import type { VirtualProcess } from "./virtual-process.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One process of a simulated machine: its disk port, its clock, its identity. It may die, or be stopped and continued. */
export class VirtualLife {
  readonly process: VirtualProcess;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly record: ProcessRecord;
  private waiting: (() => void)[] = [];
  private frozen = false;

  constructor(time: VirtualTime, process: VirtualProcess, record: ProcessRecord, wall: () => number) {
    this.process = process;
    this.record = record;
    this.clock = {
      wall,
      monotonic: () => time.now,
      after: (ms, callback) => time.after(ms, () => this.whenRunning(callback)),
    };
    this.disk = stoppable(process, () => this.running());
  }

  get alive(): boolean {
    return this.process.alive;
  }

  /** As SIGSTOP does: nothing of the process goes on, what it asked of the disk is done all the same. */
  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    this.frozen = false;
    for (const callback of this.waiting.splice(0)) this.whenRunning(callback);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  private running(): Promise<void> {
    return new Promise((resolve) => this.whenRunning(resolve));
  }

  private whenRunning(callback: () => void): void {
    if (!this.alive) return;
    if (this.frozen) this.waiting.push(callback);
    else callback();
  }
}

/** Who is alive, as processes of one machine can tell of each other. */
export class ProcessTable {
  private boot = 1;
  private pid = 0;
  private lives = new Map<number, VirtualLife>();

  nextRecord(): ProcessRecord {
    return { machine: "m", boot: `boot-${this.boot}`, pid: ++this.pid, started: String(this.pid) };
  }

  add(life: VirtualLife): void {
    this.lives.set(life.record.pid, life);
  }

  /** The machine starts anew. */
  restart(): void {
    this.boot++;
    this.lives.clear();
  }

  identity(record: ProcessRecord): ProcessIdentity {
    return {
      identity: record,
      isAlive: (other) => {
        if (other.machine !== record.machine) return "unknown";
        return other.boot === record.boot && this.lives.get(other.pid)?.alive === true ? "alive" : "dead";
      },
    };
  }
}

/** The port of a process that, when it is stopped, learns the end of a sync only when it goes on. */
function stoppable(process: VirtualProcess, running: () => Promise<void>): Disk {
  const then = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      await running();
    }
  };
  const append = (file: AppendFile): AppendFile => ({
    get size() {
      return file.size;
    },
    append: (content) => file.append(content),
    datasync: () => then(file.datasync()),
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  });
  return {
    read: (path) => process.read(path),
    list: (path) => process.list(path),
    stat: (path) => process.stat(path),
    mkdir: (path) => process.mkdir(path),
    create: (path, content, mode) => process.create(path, content, mode),
    link: (from, to) => process.link(from, to),
    rename: (from, to) => process.rename(from, to),
    unlink: (path) => process.unlink(path),
    rmdir: (path) => process.rmdir(path),
    openAppend: (path) => append(process.openAppend(path)),
    sync: (files, folders) => then(process.sync(files, folders)),
    syncAll: (path) => then(process.syncAll(path)),
    replace: (path, text) => then(process.replace(path, text)),
  };
}
