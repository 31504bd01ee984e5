import { folderName } from "../../protocol/ids.ts";
import { editState } from "../edit-state.ts";
import type { RootView } from "../root-view.ts";
import { given, type Hold } from "./hold.ts";

/** A person's text that cannot be understood stands in task.md. */
export function editHold(view: RootView, agent: string, task_id: string): Hold | undefined {
  const paths = view.paths(agent);
  if (paths === undefined) return undefined;
  const found = editState(view.disk, paths, folderName(task_id));
  if (found === undefined || (found.state !== "refused" && found.state !== "unread")) return undefined;
  const { file, what, since } = found;
  return {
    agent,
    task_id,
    cause: "edit",
    file,
    what: `the edit of task.md was not understood: ${what}`,
    ...given("since", since),
    command: `$EDITOR ${paths.root}/${file}`,
  };
}
