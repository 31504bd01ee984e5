import { join } from "node:path";
import type { ReadDisk } from "../../store/disk.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { foldersOf, isLetterName, LETTER_PLACES, type LetterPlace } from "../letters.ts";
import { listOpenTasks } from "../list-tasks.ts";
import { listNames, readText } from "../read-text.ts";

interface Found {
  agent: string;
  paths: WorkspacePaths;
  /** ISO 8601; empty where it is not said. */
  time: string;
  /** Copies have the same. */
  key: string;
}

/** A file whose text has all the words, though perhaps not in what people and agents wrote. */
export type Candidate =
  | (Found & { kind: "task"; folder: string; isOpen: boolean })
  | (Found & { kind: "message"; place: LetterPlace; path: string });

export function* tasksWith(
  disk: ReadDisk,
  agent: string,
  paths: WorkspacePaths,
  words: readonly string[],
): Generator<Candidate> {
  const open = new Set(listOpenTasks(disk, paths));
  for (const folder of listNames(disk, paths.tasks)) {
    const isOpen = open.has(folder);
    const own = join(paths.tasks, folder);
    const text =
      (isOpen ? readText(disk, join(paths.base, `${folder}.md`)) : undefined) ??
      readIfFile(disk, join(own, "task.md"));
    if (text === undefined || !mayHave(withResults(disk, own, text), words)) continue;
    const time = fieldOf(text, "finished_at") ?? fieldOf(text, "created_at") ?? "";
    yield { kind: "task", agent, paths, folder, isOpen, time, key: folder };
  }
}

/** @param known files that were read, by what they are on the disk: sender and receiver may have the same one */
export function* lettersWith(
  disk: ReadDisk,
  agent: string,
  paths: WorkspacePaths,
  words: readonly string[],
  known: Map<string, boolean>,
): Generator<Candidate> {
  for (const place of LETTER_PLACES) {
    for (const folder of foldersOf(disk, paths, place)) {
      for (const name of listNames(disk, folder)) {
        if (!isLetterName(name)) continue;
        const path = join(folder, name);
        const found = disk.stat(path);
        if (found?.kind !== "file") continue;
        const inode = found.nlink > 1 ? `${found.dev}/${found.ino}` : "";
        if (known.get(inode) === false) continue;
        const text = readText(disk, path);
        if (text === undefined) continue;
        const isIt = mayHave(text, words);
        if (inode !== "") known.set(inode, isIt);
        const key = name.replace(/\.again-\d+\.md$/, ".md");
        if (isIt)
          yield { kind: "message", agent, paths, place, path, time: fieldOf(text, "sent_at") ?? "", key };
      }
    }
  }
}

function readIfFile(disk: ReadDisk, path: string): string | undefined {
  return unlessMissing(() => (disk.stat(path)?.kind === "file" ? readText(disk, path) : undefined));
}

/** Long results stand in files of their own. */
function withResults(disk: ReadDisk, folder: string, text: string): string {
  if (!/^\s+results_file:/m.test(text)) return text;
  const results = join(folder, "results");
  return [text, ...listNames(disk, results).map((name) => readIfFile(disk, join(results, name)))].join("\n");
}

/** In YAML a word with these may be written in another way. */
const ESCAPED = /["'\\]/;

function mayHave(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word) || ESCAPED.test(word));
}

/** A key of the frontmatter at the beginning of a line; of what is nested the lines are indented. */
function fieldOf(text: string, name: string): string | undefined {
  const end = text.indexOf("\n---", 3);
  const head = end < 0 ? text.slice(0, 4_096) : text.slice(0, end);
  return new RegExp(`^${name}: ["']?([^"'\\s]+)`, "m").exec(head)?.[1];
}
