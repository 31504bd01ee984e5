/*
 * What `--json` prints, one shape a command, and nothing else on standard output. Fields may be added; none is renamed, removed or given another
 * meaning. Times are ISO 8601 UTC, paths absolute.
 */

export { exportShape, reportShape, statsShape } from "./shapes/figures.ts";
export {
  callsShape,
  deadShape,
  inboxShape,
  requeuedShape,
  searchShape,
  shownMessageShape,
  shownTaskShape,
} from "./shapes/mail.ts";
export { notifyDeadShape, notifyRetriedShape, notifyShape, notifyTestShape } from "./shapes/notify.ts";
export { standingShape } from "./shapes/parts.ts";
export { graphShape, statusShape, taskStatusShape, treeShape } from "./shapes/status.ts";
export { adoptedShape, doctorShape, gcShape, vaultShape, verifyShape } from "./shapes/upkeep.ts";
export { whyShape } from "./shapes/why.ts";
export {
  actedShape,
  answerShape,
  dashboardShape,
  errorShape,
  initShape,
  sentShape,
  templateShape,
} from "./shapes/work.ts";
export {
  runStatusShape,
  runsShape,
  savedShape,
  scriptShape,
  validatedShape,
  workflowShape,
} from "./shapes/workflow.ts";
