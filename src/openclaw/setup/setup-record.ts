import { join } from "node:path";
import { z } from "zod";
import { checkShape } from "../../protocol/check-shape.ts";
import type { Disk } from "../../store/disk.ts";
import type { Change } from "./change.ts";

const recordSchema = z.strictObject({
  changes: z.array(
    z.strictObject({ path: z.array(z.string()), before: z.json().optional(), after: z.json() }),
  ),
});

/** What setup changed, so that it can be undone; beside the host's journal. */
export function recordPath(root: string): string {
  return join(root, "setup.json");
}

/** @throws E_CONFIG for a record that somebody has damaged */
export function readRecord(disk: Disk, root: string): Change[] {
  const path = recordPath(root);
  if (disk.stat(path) === undefined) return [];
  const text = Buffer.from(disk.read(path)).toString("utf8");
  return checkShape(recordSchema, parsed(text), "E_CONFIG", [path]).changes;
}

/** It stands there durable when this resolves. */
export async function writeRecord(disk: Disk, root: string, changes: readonly Change[]): Promise<void> {
  const path = recordPath(root);
  if (changes.length === 0) {
    if (disk.stat(path) !== undefined) disk.unlink(path);
    return;
  }
  disk.mkdir(root);
  await disk.replace(path, `${JSON.stringify({ changes }, null, 2)}\n`);
}

/** As one: what a setting was first, and what it is in the end. */
export function joined(earlier: readonly Change[], later: readonly Change[]): Change[] {
  const keyOf = ({ path }: Change) => JSON.stringify(path);
  const all = new Map(earlier.map((change) => [keyOf(change), change]));
  for (const change of later) {
    const { before: _, ...rest } = change;
    const first = all.get(keyOf(change)) ?? change;
    all.set(keyOf(change), "before" in first ? { ...rest, before: first.before } : rest);
  }
  return [...all.values()];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
