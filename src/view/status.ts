import { editProblems } from "./edit-problems.ts";
import { gatherStatus } from "./gather-status.ts";
import { mailProblems } from "./mail-problems.ts";
import { type Heads, readHeadOnce } from "./read-head.ts";
import { readTaskFolder } from "./read-task.ts";
import type { RootView } from "./root-view.ts";
import type { Status, StatusOptions } from "./status-types.ts";
import { why } from "./why/why.ts";

export { taskLine } from "./gather-status.ts";
export { PROBLEMS, type Problem, type Status, type StatusOptions, type TaskLine } from "./status-types.ts";

/** What goes on in the workspaces of a root, from their files alone. @param heads what was read of them already */
export function readStatus(view: RootView, options: StatusOptions, heads: Heads = new Map()): Status {
  const { disk } = view;
  return gatherStatus(view, options, {
    task(paths, folder, isOpen) {
      const task = readHeadOnce(heads, disk, paths, folder, isOpen);
      return task === undefined ? readTaskFolder(disk, paths, folder, isOpen) : { task };
    },
    mailProblems: (agent) => mailProblems(view, agent, options),
    editProblems: (agent, task, folder) => editProblems(view, agent, task, folder),
    remedy(agent, { task_id }) {
      const task = view.task(agent, task_id);
      return task === undefined ? undefined : why(view, agent, task, options.now).hold.command;
    },
  });
}
