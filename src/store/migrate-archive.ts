import { join } from "node:path";
import { sha256 } from "../protocol/ids.ts";
import { parseMessage } from "../protocol/parse-message.ts";
import type { ReadDisk } from "./disk.ts";
import { unlessMissing } from "./disk-error.ts";
import type { WorkspacePaths } from "./layout.ts";
import type { Workspace } from "./workspace.ts";

/** Messages that lie in the archive itself, as they did before there were day folders. */
export function flatMessages(disk: ReadDisk, paths: WorkspacePaths): string[] {
  return (unlessMissing(() => disk.list(paths.archive)) ?? [])
    .filter((name) => name.endsWith(".md") && disk.stat(join(paths.archive, name))?.kind === "file")
    .sort();
}

/** Moves them to the folders of their days. @returns what was done */
export function fileFlatArchive({ context, paths, files, agent }: Workspace): string[] {
  const names = flatMessages(context.disk, paths);
  for (const name of names) {
    const from = join(paths.archive, name);
    const bytes = context.disk.read(from);
    const folder = join(paths.archive, ...dayOf(bytes, agent, context.disk.stat(from)?.mtimeMs ?? 0));
    files.move(from, freeName(context.disk, folder, name, bytes));
  }
  return names.length === 0
    ? []
    : [`${names.length} archived messages were moved to the folders of their days`];
}

/** When it was sent or completed, as it says itself; else when the file was written. */
function dayOf(bytes: Uint8Array, agent: string, written: number): string[] {
  const said = Date.parse(timeOf(bytes, agent) ?? "");
  const day = new Date(Number.isNaN(said) ? written : said).toISOString();
  return day.slice(0, 10).split("-");
}

function timeOf(bytes: Uint8Array, agent: string): string | undefined {
  try {
    const message = parseMessage(bytes, { to: agent });
    return ("completed_at" in message ? message.completed_at : undefined) ?? message.sent_at;
  } catch {
    return undefined;
  }
}

/** Nothing is replaced, unless by the same. */
function freeName(disk: ReadDisk, folder: string, name: string, bytes: Uint8Array): string {
  const hash = sha256(bytes);
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : name.replace(/\.md$/, `.again-${n}.md`));
    const found = unlessMissing(() => disk.read(path));
    if (found === undefined || sha256(found) === hash) return path;
  }
}
