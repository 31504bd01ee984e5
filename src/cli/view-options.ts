import type { TaskHead } from "../protocol/task-head.ts";
import { nodeProcess } from "../store/process-identity.ts";
import { hostOfAgent } from "../view/hosts.ts";
import type { ViewOptions } from "../view/make-root-view.ts";
import type { PlaceHead } from "./quick-place.ts";

/** What the team file and the processes of this machine say of a place. */
export function viewOptions({
  disk,
  team,
}: Pick<PlaceHead, "disk" | "team">): Omit<ViewOptions<TaskHead>, "tasks"> {
  const process = nodeProcess(disk);
  const people = new Map<string, string>();
  for (const [id, { brain }] of Object.entries(team?.agents ?? {}))
    if ("person" in brain) people.set(id, brain.person);
  return {
    people,
    hostOf: (workspace) => hostOfAgent(disk, workspace, process),
    ...(team === undefined ? {} : { team: new Set(Object.keys(team.agents)) }),
  };
}
