/** task.md as text, in one place for those who read and write it. */
export { formatTask, type InlineLimits, type TaskFiles } from "./format-task.ts";
export { resultsFile } from "./parse-subtasks.ts";
export { parseTask } from "./parse-task.ts";
export { withResults } from "./with-results.ts";
