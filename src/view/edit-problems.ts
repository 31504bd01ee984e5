import type { TaskHead } from "../protocol/task-head.ts";
import { editState } from "./edit-state.ts";
import type { RootView } from "./make-root-view.ts";
import type { Problem } from "./status.ts";
import { given } from "./why/hold.ts";

/** An edit of task.md that was not taken. */
export function editProblems(
  view: RootView<TaskHead>,
  agent: string,
  task: TaskHead,
  folder: string,
): Problem[] {
  const paths = view.paths(agent);
  const edit = paths === undefined ? undefined : editState(view.disk, paths, folder);
  if (paths === undefined || edit === undefined || edit.state === "waiting") return [];
  const { state, what, file, since } = edit;
  const text = {
    refused: `task.md was not understood: ${what}`,
    unread: `task.md is not valid: ${what}`,
    "set-aside": `an edit of task.md was not understood, and is kept beside it: ${what}`,
    partly: `not all of the edit of task.md was taken: ${what}`,
  }[state];
  const command = `$EDITOR ${paths.root}/${state === "set-aside" || state === "partly" ? `tasks/${folder}/task.md` : file}`;
  return [{ kind: "edit", agent, task_id: task.task_id, file, text, ...given("since", since), command }];
}
