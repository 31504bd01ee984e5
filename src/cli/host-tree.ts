import type { Host } from "../host/host.ts";
import { isFinal } from "../loop/phase.ts";
import type { Task } from "../protocol/task.ts";
import { openRoot, type RootView } from "../view/root-view.ts";
import type { Place } from "./place.ts";

/**
 * Views of a root whose tasks come from the host's memory, which is ahead of the files. Finished ones are kept: the host itself would read them
 * from the disk for every drawing.
 */
export function hostViews(host: Host, place: Place): () => RootView {
  const hosted = new Set(host.agents);
  const over = new Map<string, Task>();
  host.on((event) => {
    if (event.type === "task:changed") over.delete(`${event.agent}/${event.task}`);
  });
  const taskOf = (agent: string, id: string): Task | undefined => {
    if (!hosted.has(agent)) return undefined;
    const key = `${agent}/${id}`;
    const task = over.get(key) ?? host.task(agent, id);
    if (task !== undefined && isFinal(task)) over.set(key, task);
    return task;
  };
  return () => openRoot(place.disk, place.agents, { tasks: taskOf });
}
