import { folderName } from "../protocol/ids.ts";
import { revOf } from "../protocol/read-edit.ts";
import { noteRev } from "./base-copies.ts";
import type { FoundText } from "./find-edits.ts";
import { dropKept, keptRefused } from "./kept-files.ts";
import { problemPath } from "./layout.ts";
import { noteIdentity } from "./place-text.ts";
import type { Op } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/**
 * A text of a person was taken, in the step whose change is staged with the operations given here. From now on it is what the runtime knows
 * to stand in task.md; and who saves the same buffer again is compared with it, not with what they had before.
 */
export function editTaken(workspace: Workspace, found: FoundText, notTaken: readonly string[]): Op[] {
  const { context, paths, taskFiles } = workspace;
  const file = taskFiles.get(found.task);
  const { text, hash } = found;
  if (file === undefined || text === undefined) return [];
  const kept = workspace.kept.find(({ path }) => path === found.kept);
  if (kept !== undefined) dropKept(workspace, kept);
  else {
    file.hash = hash;
    noteIdentity(workspace, file, file.foreign?.identity);
    file.trusted = false;
    delete file.behind;
  }
  workspace.dirty.add(file);
  const ops: Op[] = [];
  const rev = revOf(text);
  if (rev !== undefined && rev <= file.task.rev) {
    noteRev(workspace, file, rev, context.wall());
    ops.push({ op: "file", path: `.clawflow/base/${folderName(found.task)}@${rev}.md`, text });
  }
  if (found.base === undefined) {
    // Not all of it could be understood: the whole text stays to be looked at.
    const time = new Date(context.wall()).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
    const name = `task.rejected-${time}-${hash.slice(0, 6)}.md`;
    ops.push({ op: "file", path: `tasks/${folderName(found.task)}/${name}`, text });
  }
  if (notTaken.length > 0) ops.push(problemOp(found.task, notTakenText(found.task, notTaken)));
  else if (context.disk.stat(problemPath(paths, found.task)) !== undefined)
    workspace.files.remove(problemPath(paths, found.task));
  return ops;
}

/** Nothing of it could be taken: it stays as it was left, and a file beside it says why. */
export function editRefused(workspace: Workspace, found: FoundText, why: string): Op[] {
  const file = workspace.taskFiles.get(found.task);
  const kept = workspace.kept.find(({ path }) => path === found.kept);
  if (kept !== undefined) keptRefused(workspace, kept, found.hash);
  else if (file !== undefined) {
    file.refused = found.hash;
    if (file.behind === true) workspace.dirty.add(file);
  }
  return [problemOp(found.task, refusedText(found.task, why))];
}

/** There was nothing to be understood: comments and blanks of a text that says the same. */
export function isTaken(workspace: Workspace, found: FoundText): boolean {
  return workspace.taskFiles.get(found.task)?.hash === found.hash;
}

/** What a task's problem file says, if there is one. */
export function hasProblem({ context, paths }: Workspace, id: string): boolean {
  return context.disk.stat(problemPath(paths, id)) !== undefined;
}

function problemOp(id: string, text: string): Op {
  return { op: "file", path: `tasks/${folderName(id)}/task.problem.md`, text };
}

function refusedText(id: string, why: string): string {
  return `# task.md was not understood

${why}

Nothing of the edit of \`${id}\` was taken. task.md stays as you left it until the runtime must write it again; your text is then kept
beside it as \`task.rejected-<time>.md\`. The task goes on as it was before the edit. Mend task.md and save it; this file goes when an edit is
taken.
`;
}

function notTakenText(id: string, lines: readonly string[]): string {
  return `# Not all of the edit of task.md was taken

Of the edit of \`${id}\` this was not taken, or put back:

${lines.map((line) => `- ${line.replaceAll("\n", " ")}`).join("\n")}

All the rest was. This file goes when the next edit is taken whole; it may be removed.
`;
}
