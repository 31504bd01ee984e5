import { join } from "node:path";
import { parseMessage } from "../protocol/message-codec.ts";
import type { ReadDisk } from "../store/disk.ts";
import { unlessMissing } from "../store/disk-error.ts";
import { workspacePaths } from "../store/layout.ts";
import { foldersOf, isLetterName } from "../view/letters.ts";
import { listNames } from "../view/read-text.ts";
import type { ChatJob } from "./chat-news.ts";

/** What the mailboxes say of jobs that people gave. */
export interface JobsRead {
  /** Of chats. */
  jobs: ChatJob[];
  /** Names of the receipts for what chats were told. */
  receipts: Set<string>;
}

/**
 * The jobs that chats began, and what they were told of them, from the messages that lie in the inboxes and in the archive of as many
 * days. A job of which the TASK was removed as old has nothing more to tell.
 */
export function readChatJobs(disk: ReadDisk, agents: ReadonlyMap<string, string>, days: number): JobsRead {
  const read: JobsRead = { jobs: [], receipts: new Set() };
  for (const [agent, directory] of agents) {
    const paths = workspacePaths(directory);
    for (const folder of [paths.inbox, ...foldersOf(disk, paths, "archive").sort().slice(-days)]) {
      for (const name of listNames(disk, folder)) {
        if (name.startsWith("progress-")) read.receipts.add(name);
        // The names of parts of jobs hold a dot before that of the ending; few jobs have one.
        else if (name.startsWith("task-") && isLetterName(name)) {
          const chat = chatOf(disk, agent, join(folder, name));
          if (chat !== undefined) read.jobs.push(chat);
        }
      }
    }
  }
  return read;
}

/** The job that a TASK of a person is, where a chat gave it. */
function chatOf(disk: ReadDisk, agent: string, path: string): ChatJob | undefined {
  try {
    const bytes = unlessMissing(() => disk.read(path));
    if (bytes === undefined || !Buffer.from(bytes.subarray(0, 8192)).includes("\nchat:")) return undefined;
    const { type, from, task_id, extra } = parseMessage(bytes, { to: agent });
    const chat = extra?.chat;
    if (type !== "task" || from !== "human" || typeof chat !== "string" || !isSessionOf(agent, chat))
      return undefined;
    return { agent, task_id, chat };
  } catch {
    return undefined;
  }
}

/** Anybody may write a message; none makes an agent speak in a chat of another. */
function isSessionOf(agent: string, chat: string): boolean {
  return chat.startsWith(`agent:${agent}:`);
}
