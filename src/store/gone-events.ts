import { dirname } from "node:path";
import { syncPaths } from "./context.ts";
import { unlessMissing } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";

/** What a log tells of a file, noted before the file goes. */
export interface GoneEvent {
  /** The same of every time it is derived. */
  key: string;
  /** As a log has it. */
  event: unknown;
}

const KEEP_MS = 90 * 24 * 3600 * 1000;

/** Adds lines to `.clawflow/events.jsonl`, durable when it resolves; those that were noted last more than 90 days ago go. */
export async function addGoneEvents(
  workspace: Workspace,
  events: readonly GoneEvent[],
  now: number,
): Promise<void> {
  const { context, paths, files } = workspace;
  const all = new Map<string, string>();
  const bytes = unlessMissing(() => context.disk.read(paths.events));
  for (const line of bytes === undefined ? [] : Buffer.from(bytes).toString("utf8").split("\n")) {
    const known = parseLine(line);
    if (known !== undefined && now - known.noted_at <= KEEP_MS) all.set(known.key, line);
  }
  for (const { key, event } of events) all.set(key, JSON.stringify({ key, noted_at: now, event }));
  if (all.size === 0 && bytes === undefined) return;
  const staged = files.stage([...all.values()].map((line) => `${line}\n`).join(""));
  await syncPaths(context, [staged], []);
  files.publish(staged, paths.events);
  await syncPaths(context, [], [dirname(paths.events)]);
}

function parseLine(line: string): { key: string; noted_at: number } | undefined {
  try {
    const { key, noted_at } = JSON.parse(line) as { key?: unknown; noted_at?: unknown };
    return typeof key === "string" && typeof noted_at === "number" ? { key, noted_at } : undefined;
  } catch {
    return undefined;
  }
}
