import { AMOUNT_KINDS, type Amounts, addAmounts } from "../protocol/amounts.ts";
import type { ReplyMessage } from "../protocol/message.ts";
import type { Subtask } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import type { Draft } from "./draft.ts";
import { failAttempt } from "./failures.ts";
import { summaryOf } from "./summary.ts";

/**
 * Replies to subtasks. All are taken, by subtask id, before the failure policy is applied, so that their order in the inbox
 * decides nothing.
 */
export function takeReplies(draft: Draft, messages: ReplyMessage[]): void {
  const sorted = [...messages].sort(
    (a, b) => compare(a.subtask_id ?? "", b.subtask_id ?? "") || compare(a.id, b.id),
  );
  let taken = false;
  for (const message of sorted) taken = takeReply(draft, message) || taken;
  if (taken) advance(draft);
}

/** Replies that come when the task no longer executes: they change nothing but what was used. */
export function archiveLateReplies(draft: Draft, messages: ReplyMessage[]): void {
  for (const message of messages) archiveLate(draft, message);
}

function takeReply(draft: Draft, message: ReplyMessage): boolean {
  const id = message.subtask_id ?? "";
  const subtask = draft.nodes.get(id);
  const current =
    subtask?.status === "dispatched" && subtask.agent === message.from && subtask.attempt === message.attempt;
  if (subtask === undefined || !current) {
    archiveLate(draft, message);
    return false;
  }
  draft.dispose({ message: message.id, to: "archive" });
  draft.setSubtask(id, {
    reply: message.id,
    used: addAmounts(subtask.used ?? {}, message.used ?? unreportedUse(subtask)),
    granted: null,
    ...(message.version === 1 ? { version_1: true as const } : {}),
  });
  if (message.status === "done") storeResult(draft, id, message);
  else failAttempt(draft, id, failureOf(message));
  const partial = message.body.partial;
  if (message.status !== "done" && partial !== "" && partial !== "None")
    draft.setSubtask(id, { results: partial });
  return true;
}

function storeResult(draft: Draft, id: string, message: ReplyMessage): void {
  draft.setSubtask(id, {
    status: "done",
    results: message.body.results,
    result_summary: summaryOf(message.body.results),
    finished_at: draft.now.wall,
    error: null,
    due: null,
    heard: null,
    probes: null,
    ...(message.attachments === undefined ? {} : { attachments: message.attachments }),
  });
}

function failureOf({ status, body }: ReplyMessage): string {
  const error = body.error === "" ? "no reason given" : body.error;
  if (status === "cancelled") return error.startsWith("E_CANCELLED") ? error : `E_CANCELLED: ${error}`;
  return error;
}

/** Archived as a repeat, as late, as foreign or as unknown; what it used counts all the same. */
function archiveLate(draft: Draft, message: ReplyMessage): void {
  const id = message.subtask_id ?? "";
  const subtask = draft.nodes.get(id);
  if (subtask === undefined) {
    draft.dispose({ message: message.id, to: "archive", note: "unknown: no subtask of that id" });
    return;
  }
  if (subtask.reply === message.id) {
    draft.dispose({ message: message.id, to: "again" });
    return;
  }
  if (subtask.agent !== message.from) {
    draft.dispose({ message: message.id, to: "archive", note: `foreign: the subtask is ${subtask.agent}'s` });
    return;
  }
  draft.dispose({
    message: message.id,
    to: "archive",
    note: `late: attempt ${message.attempt}, the subtask is ${subtask.status}`,
  });
  countLateUse(draft, id, message);
  if (message.version === 1 && subtask.version_1 !== true) draft.setSubtask(id, { version_1: true });
}

/**
 * What an attempt used that was given up counts once. It is charged with its grant already; only what it had no grant of is to be
 * added.
 */
function countLateUse(draft: Draft, id: string, message: ReplyMessage): void {
  const { used = {}, silent = [], budget: own = {} } = draft.subtask(id);
  if (!silent.includes(message.attempt)) return;
  const budget = draft.task.budget ?? {};
  const more: Amounts = {};
  for (const kind of AMOUNT_KINDS) {
    const amount = message.used?.[kind];
    if (amount !== undefined && budget[kind] === undefined && own[kind] === undefined) more[kind] = amount;
  }
  const rest = silent.filter((attempt) => attempt !== message.attempt);
  draft.setSubtask(id, {
    silent: rest.length === 0 ? null : rest,
    ...(Object.keys(more).length === 0 ? {} : { used: addAmounts(used, more) }),
  });
}

/** A peer of version 1 does not say what it used: its whole grant counts, and the one task that it was. */
function unreportedUse({ granted = {} }: Pick<Subtask, "granted">): Amounts {
  return { ...granted, tasks: granted.tasks ?? 1 };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
