import { dirname, join } from "node:path";
import { sha256 } from "../protocol/ids.ts";
import { unlessMissing } from "./disk-error.ts";
import { sameFile } from "./inbox.ts";
import { taskPath } from "./layout.ts";
import type { TaskFile } from "./task-file.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Looks at task.md before it is replaced. Where it is not what the runtime left there, somebody wrote it: it is kept as
 * `task.rejected-<time>.md`, `task.problem.md` says so, and it is reported.
 */
export function keepForeign(workspace: Workspace, id: string, file: TaskFile): void {
  const { context, paths } = workspace;
  const path = taskPath(paths, id);
  const found = context.disk.stat(path);
  if (found === undefined) {
    if (file.hash !== "") context.onProblem(workspace.agent, `${path} was removed; it is written again`);
    return;
  }
  if (sameFile(found, file.identity)) return;
  if (found.kind === "file") {
    const bytes = unlessMissing(() => context.disk.read(path));
    if (bytes === undefined || bytes.length === 0 || sha256(bytes) === file.hash) return;
  }
  setAside(workspace, id);
}

/** Gives the file at task.md a second name, so that replacing it loses nothing. */
export function setAside(workspace: Workspace, id: string): void {
  const { context, paths, files } = workspace;
  const path = taskPath(paths, id);
  const keptAs = freeName(dirname(path), context.wall(), (to) => files.linkNew(path, to));
  context.touched.files.add(keptAs);
  files.put(join(dirname(path), "task.problem.md"), problemText(id, keptAs));
  context.onForeign(workspace.agent, id, keptAs);
}

function freeName(folder: string, now: number, take: (path: string) => boolean): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  for (let n = 1; ; n++) {
    const path = join(folder, `task.rejected-${time}${n === 1 ? "" : `-${n}`}.md`);
    if (take(path)) return path;
  }
}

function problemText(id: string, keptAs: string): string {
  return `# task.md was changed by hand

The runtime had to write task.md of \`${id}\` and found a text there that it had not written. It is kept, as it was, in
\`${keptAs}\`. Its changes were not taken: say what should become of the task by a command
(\`clawflow cancel\`, \`retry\`, \`done\`, \`fail\`), or put the changes in again while the task is at rest.
`;
}
