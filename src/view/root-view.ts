import type { ReadDisk } from "../store/disk.ts";
import { makeRootView, type RootView, type ViewOptions } from "./make-root-view.ts";
import { findTask } from "./read-task.ts";

export type { Mail, RootView, ViewOptions } from "./make-root-view.ts";

export function openRoot(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  options: ViewOptions = {},
): RootView {
  return makeRootView(disk, agents, options, (...task) => findTask(...task)?.task);
}
