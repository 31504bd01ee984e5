import { namesIn } from "./look.ts";
import type { VirtualDisk } from "./virtual-disk.ts";
import { type Bytes, viewOf } from "./virtual-file.ts";

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
    const node = machine.find("look", path);
    const status = node?.kind === "file" ? statusOf(node.content) : "";
    return !["done", "failed", "cancelled"].includes(status);
  });
}

/** Of contents that were looked at before, which is often. */
const known = new WeakMap<Bytes, string>();

/** The first such line: the body may hold any. */
function statusOf(content: Bytes): string {
  const status = known.get(content) ?? /^status: (.*)\r?\n/m.exec(textOf(content))?.[1]?.trimEnd() ?? "";
  known.set(content, status);
  return status;
}

function textOf(content: Bytes): string {
  const { buffer, byteOffset, length } = viewOf(content);
  return Buffer.from(buffer, byteOffset, length).toString();
}
