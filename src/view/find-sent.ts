import { isTaskId } from "../protocol/ids.ts";
import { eachLetter } from "./letters.ts";
import type { RootView } from "./root-view.ts";

/** The agent in whose inbox a person's TASK of that id lies, not yet begun. */
export function findInInbox(view: RootView, taskId: string, agent?: string): string | undefined {
  if (!isTaskId(taskId)) return undefined;
  for (const name of agent === undefined ? view.agents.keys() : [agent]) {
    const paths = view.paths(name);
    if (paths === undefined) continue;
    for (const { message } of eachLetter(view.disk, paths, name, ["inbox"])) {
      if (message?.type === "task" && message.from === "human" && message.task_id === taskId) return name;
    }
  }
  return undefined;
}
