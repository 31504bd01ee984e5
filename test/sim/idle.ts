import { bytesOf, namesIn } from "./look.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

/** What is under way in a workspace as its files show it: messages not handled or not delivered, tasks that are open. */
export function isIdle(machine: VirtualDisk, workspace: string): string[] {
  const messages = ["mailbox/inbox", "mailbox/outbox/pending"].flatMap((folder) =>
    namesIn(machine, `${workspace}/${folder}`).map((name) => `${workspace}/${folder}/${name}`),
  );
  return [...messages, ...openTasks(machine, `${workspace}/.clawflow/base`)];
}

/** Copies stand of finished tasks as well, for as long as these may be edited, and of earlier texts. */
function openTasks(machine: VirtualDisk, folder: string): string[] {
  const paths = namesIn(machine, folder)
    .filter((name) => !name.includes("@"))
    .map((name) => `${folder}/${name}`);
  return paths.filter((path) => {
    const bytes = Buffer.from(bytesOf(machine, path) ?? []);
    // It mostly stands near the beginning, and this is looked at often.
    const status = statusOf(bytes.toString("latin1", 0, HEAD)) ?? statusOf(bytes.toString()) ?? "";
    return !["done", "failed", "cancelled"].includes(status);
  });
}

const HEAD = 500;

/** The first such line: the body may hold any. */
function statusOf(text: string): string | undefined {
  return /^status: (.*)\n/m.exec(text)?.[1]?.trimEnd();
}
