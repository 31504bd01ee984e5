import { namesIn } from "./look.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

/** What is under way in a workspace as its files show it: messages not handled or not delivered, tasks that are open. */
export function isIdle(machine: VirtualDisk, workspace: string): string[] {
  const folders = ["mailbox/inbox", "mailbox/outbox/pending", ".clawflow/base"];
  return folders.flatMap((folder) =>
    namesIn(machine, `${workspace}/${folder}`).map((name) => `${workspace}/${folder}/${name}`),
  );
}
