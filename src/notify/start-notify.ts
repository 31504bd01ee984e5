import type { Clock } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import type { NotifyRule } from "../protocol/notify.ts";
import type { Disk } from "../store/disk.ts";
import type { ViewOptions } from "../view/root-view.ts";
import { NoticeFinder } from "./find-notices.ts";
import { Notifier } from "./notifier.ts";
import { NotifyLog } from "./notify-log.ts";
import { readRules } from "./rules.ts";
import { type Delivers, deliverBy } from "./types.ts";

export interface NotifyOptions {
  rules: readonly NotifyRule[];
  disk: Disk;
  clock: Clock;
  /** Folder of the workspaces. */
  root: string;
  /** The host's own: what was told stands there. */
  hostDirectory: string;
  /** Workspaces by agent id, absolute: of the whole root. */
  agents: ReadonlyMap<string, string>;
  view: Omit<ViewOptions, "tasks">;
  /** How places are reached from this process. */
  delivers: Delivers;
  onProblem(text: string): void;
}

/**
 * Tells people of what a host does, from now until `stop`, which is to be called before the host's own.
 *
 * @throws what the disk does: nothing is told then
 */
export async function startNotify(host: Host, options: NotifyOptions): Promise<{ stop(): Promise<void> }> {
  const { disk, clock, root, hostDirectory, agents, view, delivers, onProblem } = options;
  const rules = readRules(options.rules);
  const log = await NotifyLog.open(disk, hostDirectory, clock.wall());
  const hosted = host.agents;
  const finder = new NoticeFinder(
    { disk, agents, hosted, view, task: (agent, id) => host.task(agent, id) },
    rules,
  );
  const notifier = new Notifier(
    {
      clock,
      log,
      root,
      onProblem,
      deliver: (target, notification, signal) => deliverBy(delivers, target, notification, signal),
      async find(look) {
        let found: ReturnType<NoticeFinder["find"]> = [];
        // While a pass runs the host's tasks are ahead of what is certain.
        await host.together(async () => {
          found = finder.find(look);
        });
        return found;
      },
    },
    rules,
  );
  const off = host.on((event) => {
    if ("task" in event && "agent" in event) finder.touch(event.agent, event.task, clock.wall());
    if (!SILENT.has(event.type)) notifier.wake();
  });
  notifier.start();
  return {
    async stop() {
      await notifier.stop();
      off();
    },
  };
}

/** Events after which there is nothing else to tell. */
const SILENT: ReadonlySet<string> = new Set([
  "script:said",
  "message:sent",
  "message:ignored",
  "brain:asked",
]);
