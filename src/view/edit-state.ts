import { join } from "node:path";
import { errorText } from "../protocol/errors.ts";
import { parseTask } from "../protocol/task-document.ts";
import type { ReadDisk } from "../store/disk.ts";
import { unlessMissing } from "../store/disk-error.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { isOtherText } from "./looks-edited.ts";
import { readText } from "./read-text.ts";

/**
 * A person's edit of a task.md that was not taken, or not wholly.
 *
 * - `refused`: nothing of it was understood; what they wrote still stands there.
 * - `set-aside`: the same, but the runtime had to write task.md since.
 * - `partly`: some of it was not taken.
 * - `unread`: it is no valid text, and no host has looked at it yet.
 * - `waiting`: it is valid, and no host has looked at it yet.
 */
export interface EditState {
  state: "refused" | "set-aside" | "partly" | "unread" | "waiting";
  /** What is wrong with it, in a line or a few. */
  what: string;
  /** Relative to the workspace: the file that says more, or is to be mended. */
  file: string;
  since?: string;
}

/** Looks at dates and sizes; files are read only where these tell that something is there. */
export function editState(disk: ReadDisk, paths: WorkspacePaths, folder: string): EditState | undefined {
  const directory = join(paths.tasks, folder);
  const problem = disk.stat(join(directory, "task.problem.md"));
  const theirs = changedText(disk, paths, folder);
  if (problem !== undefined) {
    const text = readText(disk, join(directory, "task.problem.md")) ?? "";
    const since = new Date(problem.mtimeMs).toISOString();
    const what = firstParagraphs(text);
    if (text.startsWith("# Not all"))
      return { state: "partly", what, file: `tasks/${folder}/task.problem.md`, since };
    if (theirs !== undefined)
      return { state: "refused", what: faultOf(theirs) ?? what, file: `tasks/${folder}/task.md`, since };
    return { state: "set-aside", what, file: `tasks/${folder}/task.problem.md`, since };
  }
  if (theirs === undefined) return undefined;
  const since = disk.stat(join(directory, "task.md"))?.mtimeMs;
  const fault = faultOf(theirs);
  return {
    state: fault === undefined ? "waiting" : "unread",
    what: fault ?? "no host has looked at it yet",
    file: `tasks/${folder}/task.md`,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  };
}

/** task.md, where it is not what the runtime wrote. */
function changedText(disk: ReadDisk, paths: WorkspacePaths, folder: string): string | undefined {
  if (!isOtherText(disk, paths, folder)) return undefined;
  const theirs = unlessMissing(() => disk.read(join(paths.tasks, folder, "task.md")));
  const own = unlessMissing(() => disk.read(join(paths.base, `${folder}.md`)));
  if (theirs === undefined || own === undefined || Buffer.compare(theirs, own) === 0) return undefined;
  return Buffer.from(theirs).toString("utf8");
}

function faultOf(text: string): string | undefined {
  try {
    parseTask(text);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

/** What stands under the heading, up to the paragraph that says what becomes of it. */
function firstParagraphs(text: string): string {
  const paragraphs = text.split(/\n\s*\n/).filter((part) => part.trim() !== "" && !part.startsWith("#"));
  const told = paragraphs.filter(
    (part) => !/^(Nothing of the edit|Of the edit of|All the rest was)/.test(part),
  );
  return (told.length > 0 ? told : paragraphs).join("\n").trim();
}
