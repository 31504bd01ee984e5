import { join } from "node:path";
import { folderName } from "../protocol/ids.ts";
import type { TaskHead } from "../protocol/task-head.ts";
import type { ReadDisk } from "../store/disk.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { gatherStatus } from "./gather-status.ts";
import { looksEdited } from "./looks-edited.ts";
import { makeRootView, type RootView, type ViewOptions } from "./make-root-view.ts";
import { type Heads, readHeadOnce } from "./read-head.ts";
import type { Status, StatusOptions } from "./status-types.ts";

/** Ends the quick way; nobody sees it. */
class NotQuick extends Error {}

function more(): never {
  throw new NotQuick();
}

/**
 * What `readStatus` gives, without any of the codecs, which take longer to load than the status of a thousand tasks to read. `undefined`:
 * something is there that only they can tell of: a dead letter, an edit, a job that failed, a task that is not in the plain form.
 *
 * @param heads gets what was read, so that `readStatus` need not read it again
 */
export function quickStatus(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  viewOptions: ViewOptions<TaskHead>,
  options: StatusOptions,
  heads: Heads = new Map(),
): Status | undefined {
  const headIn = (paths: WorkspacePaths, folder: string, isOpen: boolean): TaskHead => {
    return readHeadOnce(heads, disk, paths, folder, isOpen) ?? more();
  };
  const view = makeRootView(disk, agents, viewOptions, (_disk, paths, id, isOpen) => {
    const head = headIn(paths, folderName(id), isOpen);
    return head.task_id === id ? head : undefined;
  });
  try {
    return gatherStatus(view, options, {
      task: (paths, folder, isOpen) => ({ task: headIn(paths, folder, isOpen) }),
      mailProblems: (agent) => (isMailWell(view, agent, options) ? [] : more()),
      editProblems(agent, _task, folder) {
        const paths = view.paths(agent);
        return paths !== undefined && looksEdited(disk, paths, folder, view.open(agent).has(folder))
          ? more()
          : [];
      },
      remedy: more,
    });
  } catch (error) {
    if (error instanceof NotQuick) return undefined;
    throw error;
  }
}

/** No dead letters, and nothing that waits for its receiver too long. */
function isMailWell(view: RootView<TaskHead>, agent: string, { now, pendingAfter }: StatusOptions): boolean {
  const mail = view.mail(agent);
  const paths = view.paths(agent);
  if (mail === undefined || paths === undefined) return true;
  if ([...mail.dead].some((name) => !name.endsWith(".reason.md"))) return false;
  return [...mail.pending].every((name) => {
    const found = view.disk.stat(join(paths.pending, name));
    return found === undefined || now - found.mtimeMs < pendingAfter;
  });
}
