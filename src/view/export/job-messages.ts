import { basename } from "node:path";
import type { ReadDisk } from "../../store/disk.ts";
import { readText } from "../read-text.ts";
import type { JobFile } from "./job-files.ts";

export interface JobMessage {
  /** As of `JobFile`. */
  name: string;
  /** ISO 8601 UTC; empty where it does not say. */
  sent_at: string;
  /** The file as it stands. */
  text: string;
}

/** The messages among the files of a job, by when they were sent. Of the copies of sender and receiver one stands for both. */
export function jobMessages(disk: ReadDisk, files: Iterable<JobFile>): JobMessage[] {
  const messages = new Map<string, JobMessage>();
  for (const { name, path } of files) {
    if (!/^[^/]+\/mailbox\/(inbox|outbox|archive|dead)\/.*\.md$/.test(name) || messages.has(basename(name)))
      continue;
    const text = readText(disk, path);
    if (text === undefined) continue;
    const sent_at = /^sent_at: ["']?([^"'\s]+)/m.exec(text.slice(0, 8_192))?.[1] ?? "";
    messages.set(basename(name), { name, sent_at, text });
  }
  return [...messages.values()].sort((a, b) => compare(a.sent_at, b.sent_at) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
