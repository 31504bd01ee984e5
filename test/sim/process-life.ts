import { type Random, upTo } from "./random.ts";
import type { DiskCall, VirtualDisk } from "./virtual-disk.ts";
import { diskError, ProcessDied } from "./virtual-errors.ts";
import { commonLength, type VirtualFile } from "./virtual-file.ts";
import type { VirtualFolder } from "./virtual-folder.ts";

/** When it dies within a call: how much of it was still done. */
type Fate = "lives" | "before" | "halfway" | "after";

/** What every call of a process goes through: it is counted, fails where that was ordered, and is where the process may die. */
export class ProcessLife {
  alive = true;
  protected readonly machine: VirtualDisk;
  /** Lets go of each file that is open, as the system does for a process that ended. */
  protected readonly handles = new Set<() => void>();
  private death: { calls: number; random: Random } | undefined;

  constructor(machine: VirtualDisk) {
    this.machine = machine;
  }

  /** Dies at once: every later call throws `ProcessDied`, a sync under way never ends. What was written stays visible. */
  kill(): void {
    this.alive = false;
    for (const release of this.handles) release();
    this.handles.clear();
  }

  /** Dies within the `calls`-th call that changes something, counted from now: before, after or halfway through it. */
  dieIn(calls: number, random: Random): void {
    this.death = { calls, random };
  }

  protected enter(call: DiskCall, path: string): void {
    if (!this.alive) throw new ProcessDied();
    this.machine.count(call);
    const code = this.machine.takeFailure(call);
    if (code !== undefined) throw diskError(code, call, path);
  }

  /** A call that changes something, in which the process may die. */
  protected change<T>(call: DiskCall, path: string, whole: () => T, part?: (random: Random) => void): T {
    this.enter(call, path);
    const fate = this.dying();
    if (fate === "lives") return whole();
    if (fate === "halfway" && part !== undefined) part(this.death?.random as Random);
    else if (fate !== "before") whole();
    return this.die();
  }

  private dying(): Fate {
    if (this.death === undefined || --this.death.calls > 0) return "lives";
    return (["before", "halfway", "after"] as const)[upTo(this.death.random, 2)] ?? "after";
  }

  private die(): never {
    this.kill();
    throw new ProcessDied();
  }

  protected async syncNodes(
    call: "sync" | "syncAll" | "datasync",
    path: string,
    files: readonly VirtualFile[],
    folders: readonly VirtualFolder[],
  ): Promise<void> {
    try {
      this.enter(call, path);
    } catch (error) {
      // As the kernel does: the pages count as written from here on, and the next sync finds nothing to do.
      const [file] = files;
      if (!(error instanceof ProcessDied) && file !== undefined) {
        file.lost = { from: commonLength(file.durable, file.content), to: file.content.size };
      }
      throw error;
    }
    if (this.dying() !== "lives") this.die();
    await this.machine.makeDurable(files, folders, () => this.alive);
  }
}
