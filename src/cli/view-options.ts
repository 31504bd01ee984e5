import type { TaskHead } from "../protocol/task-head.ts";
import { nodeProcess } from "../store/process-identity.ts";
import { hostOfAgent } from "../view/hosts.ts";
import type { ViewOptions } from "../view/make-root-view.ts";
import type { PlaceHead } from "./quick-place.ts";

/** What the team and the processes of this machine say of a place. */
export function viewOptions({
  disk,
  team,
  members = team === undefined ? undefined : new Set(Object.keys(team.agents)),
}: Pick<PlaceHead, "disk" | "team" | "members">): Omit<ViewOptions<TaskHead>, "tasks"> {
  const process = nodeProcess(disk);
  const people = new Map<string, string>();
  for (const [id, { brain }] of Object.entries(team?.agents ?? {}))
    if ("person" in brain) people.set(id, brain.person);
  return {
    people,
    hostOf: (workspace) => hostOfAgent(disk, workspace, process),
    ...(members === undefined ? {} : { team: members }),
  };
}
