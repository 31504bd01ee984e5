import { claimHost } from "./claim.ts";
import { type Durability, makeFolder, newContext } from "./context.ts";
import type { Disk } from "./disk.ts";
import { diskError } from "./disk-error.ts";
import { hostPaths } from "./layout.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { Store } from "./store.ts";
import { type Exclusive, withLock } from "./with-lock.ts";

export interface StoreOptions {
  disk: Disk;
  /** The host's folder: its journal and its claim. */
  directory: string;
  process: ProcessIdentity;
  /** `full` syncs every commit; `os` never syncs: it survives the end of the process, not of the machine. */
  durability: Durability;
  /** Milliseconds that only grow. */
  monotonic(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  /** A text of a person stood where task.md had to be written; it is kept at `keptAs`. */
  onForeign?(agent: string, task: string, keptAs: string): void;
  /** Something about the files that a person should know; work goes on. */
  onProblem?(agent: string, text: string): void;
  /** Takes the host over from a process that cannot be asked: of another machine, or stopped. */
  takeOver?: boolean;
  /** How one process at a time examines a claim. Default: a lock file. */
  exclusive?: Exclusive;
}

/** Claims the host's folder. @throws E_LOCKED, naming the process that has it and how to go on */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { disk, directory, process } = options;
  const paths = hostPaths(directory);
  const exclusive = options.exclusive ?? withLock(disk, process);
  const context = newContext({
    disk,
    directory: paths.directory,
    durability: options.durability,
    process,
    exclusive,
    monotonic: () => options.monotonic(),
    wall: () => options.wall(),
    onForeign: (agent, task, keptAs) => options.onForeign?.(agent, task, keptAs),
    onProblem: (agent, text) => options.onProblem?.(agent, text),
  });
  try {
    await makeFolder(context, paths.directory);
    const claim = await claimHost({
      disk,
      directory,
      process,
      exclusive,
      takeOver: options.takeOver ?? false,
    });
    context.fence = () => claim.check();
    return new Store(context, paths, claim);
  } catch (error) {
    throw diskError(error, `the host's folder ${paths.directory} could not be claimed`);
  }
}
