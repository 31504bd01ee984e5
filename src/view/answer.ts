import { join } from "node:path";
import { isFinal } from "../loop/phase.ts";
import { folderName } from "../protocol/ids.ts";
import type { ReplyMessage } from "../protocol/message.ts";
import { parseMessage } from "../protocol/message-codec.ts";
import type { Task } from "../protocol/task.ts";
import { unlessMissing } from "../store/disk-error.ts";
import { blobPath, taskPath } from "../store/layout.ts";
import { listNames } from "./read-text.ts";
import type { RootView } from "./root-view.ts";
import { replyName } from "./standing.ts";

/** How a job ended, and where its traces lie. Paths are absolute. */
export interface Answer {
  agent: string;
  task_id: string;
  status: "done" | "failed" | "cancelled";
  /** The text of the answer; of one that failed, what there is of it. */
  output: string;
  error?: string;
  /** Files that came with the answer. */
  files: { name: string; bytes: number; path: string }[];
  /** Messages of the whole job, that of the person included. */
  messages: number;
  /** task.md, the archive of the agent, the answer as it was sent. */
  look_at: { task: string; archive: string; answer: string };
}

/** The answer of a task that is final. @returns `undefined` as long as it is not, or its reply cannot be read yet */
export function readAnswer(view: RootView, agent: string, task: Task): Answer | undefined {
  const paths = view.paths(agent);
  const name = replyName(task);
  if (paths === undefined || name === undefined || !isFinal(task)) return undefined;
  const reply = readReply(view, agent, name);
  if (reply === undefined) return undefined;
  const { status, body } = reply.message;
  const partial = body.partial === "None" ? "" : body.partial;
  return {
    agent,
    task_id: task.task_id,
    status,
    output: status === "done" ? body.results : partial,
    ...(status === "done" ? {} : { error: body.error }),
    files: (reply.message.attachments ?? []).map(({ name, bytes, sha256 }) => ({
      name,
      bytes,
      path: blobPath(paths, sha256),
    })),
    messages: countMessages(view, task.trace.root),
    look_at: { task: taskPath(paths, task.task_id), archive: paths.archive, answer: reply.path },
  };
}

/**
 * Messages of a job: all that its agents sent, as their names tell, and the one that began it. What is not hosted here is not counted.
 */
export function countMessages(view: RootView, root: string): number {
  const start = folderName(root).slice(0, 80);
  let count = 1;
  for (const agent of view.agents.keys()) {
    const paths = view.paths(agent);
    if (paths === undefined) continue;
    for (const folder of [paths.outbox, paths.pending]) {
      for (const name of listNames(view.disk, folder)) if (isOf(name, start)) count++;
    }
  }
  return count;
}

/** Ids of tasks begin with that of the job, and names of messages with theirs. */
function isOf(name: string, start: string): boolean {
  const at = name.indexOf("-") + 1;
  return name.startsWith(start, at) && /[-._]/.test(name[at + start.length] ?? "");
}

/** The reply of that file name, sent or to be sent. */
export function readReply(
  view: RootView,
  agent: string,
  name: string,
): { message: ReplyMessage; path: string } | undefined {
  const paths = view.paths(agent);
  for (const folder of paths === undefined ? [] : [paths.outbox, paths.pending]) {
    const path = join(folder, name);
    const bytes = unlessMissing(() => view.disk.read(path));
    if (bytes === undefined) continue;
    const message = parseMessage(bytes);
    if (message.type === "reply") return { message, path };
  }
  return undefined;
}
