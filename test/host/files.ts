import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Message, ReplyMessage } from "../../src/protocol/message.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import type { Task } from "../../src/protocol/task.ts";
import { parseTask } from "../../src/protocol/task-document.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import type { Finding } from "../../src/view/verify/finding.ts";
import { verifyRoot } from "../../src/view/verify/verify-root.ts";
import { until } from "./until.ts";

/** All plain files below a folder, relative. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true)
    .sort();
}

/** What each path below a folder is and holds, its inode too: whether anybody wrote there in between. */
export function everythingBelow(folder: string): Record<string, string> {
  const paths = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const at = join(folder, path);
      const found = statSync(at);
      return [path, found.isDirectory() ? "" : `${found.ino} ${readFileSync(at, "latin1")}`];
    }),
  );
}

/** The messages in a folder of a mailbox and below, by path. */
export function messagesIn(
  workspace: string,
  place: "inbox" | "outbox" | "archive" | "dead",
): Map<string, Message> {
  const folder = join(workspace, "mailbox", place);
  const found = new Map<string, Message>();
  for (const path of filesBelow(folder)) {
    if (!path.endsWith(".md") || path.endsWith(".reason.md")) continue;
    try {
      found.set(path, parseMessage(readFileSync(join(folder, path)), { to: "unknown" }));
    } catch {}
  }
  return found;
}

/** Names in `dead/` with the reason of each; one whose reason is not there yet is on its way. */
export function deadLetters(workspace: string): Record<string, string> {
  const folder = join(workspace, "mailbox", "dead");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith(".reason.md")) : [];
  const entries = names.sort().flatMap((name) => {
    const reason = join(folder, `${name.replace(/\.md$/, "")}.reason.md`);
    return existsSync(reason) ? [[name, readFileSync(reason, "utf8").trim()] as const] : [];
  });
  return Object.fromEntries(entries);
}

export function readTask(workspace: string, id: string): Task | undefined {
  const text = textNow(join(workspace, "tasks", id, "task.md"));
  return text === undefined ? undefined : parseTask(text);
}

/** `undefined`: it is not there, as a task.md is for a moment while it is replaced. */
export function textNow(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The reply of an agent to a person, if it is there. */
export function replyNow(workspace: string, taskId: string): ReplyMessage | undefined {
  const prefix = `reply-${taskId.toLowerCase()}-`;
  const folder = join(workspace, "mailbox", "outbox");
  const name = existsSync(folder) ? readdirSync(folder).find((one) => one.startsWith(prefix)) : undefined;
  if (name === undefined) return undefined;
  return parseMessage(readFileSync(join(folder, name)), { to: "human" }) as ReplyMessage;
}

/** The same, once it is there. */
export function replyToHuman(workspace: string, taskId: string, timeout?: number): Promise<ReplyMessage> {
  return until(() => replyNow(workspace, taskId), `the reply to ${taskId}`, timeout);
}

/** What is wrong with the files of a root. */
export function faultsOf(root: string, agents: readonly string[]): Finding[] {
  return verifyRoot(nodeDisk(), new Map(agents.map((agent) => [agent, join(root, agent)])));
}
