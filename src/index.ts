/** Clawflow as a library: a team of agents in a process of your own, and its files from outside. */

// Brains
export { commandBrain } from "./brain/command-brain.ts";
// Types
export type { BrainFunction } from "./brain/function-brain.ts";
export { defineBrain, functionBrain } from "./brain/function-brain.ts";
export { moduleBrain } from "./brain/module-brain.ts";
export { personBrain } from "./brain/person-brain.ts";
export { textBrain } from "./brain/text-brain.ts";
export type { Brain, BrainContext } from "./brain/types.ts";
// Hosts
export type { HostEvent, Listener } from "./host/events.ts";
export { Host } from "./host/host.ts";
export { loadTeam } from "./host/load-team.ts";
export type { HostOptions, TeamAgent, TeamOptions } from "./host/options.ts";
export type { Work } from "./host/submit.ts";
export { submitTask as submit } from "./host/submit.ts";
export type { ErrorCode, ErrorDetail } from "./protocol/errors.ts";

// Errors
export { ClawflowError, ERROR_CODES } from "./protocol/errors.ts";
export type { LogEvent } from "./protocol/log-event.ts";
export type {
  ControlMessage,
  Message,
  OutcomeMessage,
  ProgressMessage,
  ReplyMessage,
  TaskMessage,
} from "./protocol/message.ts";
// Messages, tasks and teams as text
export { formatMessage, parseMessage } from "./protocol/message-codec.ts";
export type { Outcome, PlannedSubtask } from "./protocol/outcome.ts";
export { parseTeam } from "./protocol/parse-team.ts";
export type { BrainAnswer, BrainQuestion, BrainResult } from "./protocol/question.ts";
export type { Attachment, Subtask, Task } from "./protocol/task.ts";
export { formatTask, parseTask } from "./protocol/task-document.ts";
export type { AgentConfig, Limits, Team } from "./protocol/team.ts";
export type { Disk, ReadDisk } from "./store/disk.ts";
export { nodeDisk } from "./store/node-disk.ts";
export type { Receipt, Transport } from "./transport/types.ts";
// Workspaces, read without a lock
export { agentsOfRoot } from "./view/root-agents.ts";
export type { Finding, Verification } from "./view/verify/finding.ts";
export { verifyRoot } from "./view/verify/verify-root.ts";
// Hosts that run scripts as well
export { createTeamHost as createHost } from "./workflow/create-team-host.ts";
