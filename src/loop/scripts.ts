import { ClawflowError, codeOf, errorText, internal } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/outcome.ts";
import type { Script } from "../protocol/script.ts";
import { scriptHash } from "../protocol/script-hash.ts";
import type { Asking, Attachment, Subtask } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import { callFollowers, callRounds } from "./call-followers.ts";
import type { Draft } from "./draft.ts";
import { failAttempt } from "./failures.ts";
import { finishTask } from "./finish.ts";
import { reachablePeers } from "./peers.ts";
import { phaseOf } from "./phase.ts";
import { closeQuestion, openQuestion } from "./questions.ts";
import { recordOutcome } from "./records.ts";
import { removeEntry } from "./remove-entry.ts";
import type { LoopEvent } from "./types.ts";
import { waitForPerson } from "./waiting.ts";

/** Calls of one run. */
const MOST_CALLS = 1_000;
/** Calls under way at a time, where the run does not say fewer. */
const CONCURRENCY = 16;

/** The work is a script: it runs in place of the agent's brain once a person has approved exactly that. */
export function beginScript(draft: Draft): void {
  const { task, self } = draft;
  const script = scriptOf(draft);
  const { concurrency = CONCURRENCY } = script;
  draft.set({
    mode: "coordinating",
    status: "planning",
    policy: { ...task.policy, on_failure: "continue", concurrency },
  });
  if (isApproved(draft)) {
    runScript(draft);
    return;
  }
  // What is approved names everybody: whom the agent may give work to tomorrow is another question.
  const agents = script.agents ?? reachablePeers(self, task).map((peer) => peer.id);
  draft.set({ script: { ...script, agents } });
  waitForApproval(draft);
}

/** The approval that was asked for was given. */
export function runApproved(draft: Draft): void {
  draft.set({ script: { ...scriptOf(draft), approved: hashOf(draft) } });
  runScript(draft);
}

/** It runs from the top: calls that are as they were have their answers already. */
export function runScript(draft: Draft): void {
  closeQuestion(draft);
  draft.set({ status: "executing", waiting: null });
  openQuestion(draft, "script");
}

/** Once more, after its end: what was not done is called anew, and what follows from that. @param also a call that was done */
export function repeatScript(draft: Draft, also: readonly string[] = []): void {
  const undone = [...draft.nodes].filter(
    ([, { status, call }]) => call !== undefined && (status !== "done" || call.unfit !== undefined),
  );
  repeatCalls(draft, [...undone.map(([id]) => id), ...also]);
}

/** These are called anew, and what follows from them. */
export function repeatCalls(draft: Draft, ids: readonly string[]): void {
  const again = ids.flatMap((id) => [id, ...callRounds(draft.nodes, id), ...callFollowers(draft.nodes, id)]);
  for (const id of new Set(again)) removeEntry(draft, id);
  if (isApproved(draft)) runScript(draft);
  else waitForApproval(draft);
}

/** Whether a call of it failed, whatever the program made of that. */
export function hasFailedCalls({ nodes }: Draft): boolean {
  return [...nodes.values()].some(
    ({ status, call }) => call !== undefined && (status === "failed" || call.unfit !== undefined),
  );
}

/** The program finds the answers of a call not to be what it asked for. It finds so each time it comes by, and is heard once. */
export function takeUnfit(draft: Draft, { question, subtask: id, why }: LoopEvent & { type: "unfit" }): void {
  const subtask = draft.nodes.get(id);
  if (draft.task.asking?.question !== question || subtask?.status !== "done") return;
  const { call } = subtask;
  if (call !== undefined && call.unfit !== why) draft.setSubtask(id, { call: { ...call, unfit: why } });
}

/** The answer of a call is to be another one: whether its rounds fit is for the program to find out again. */
export function forgetUnfit(draft: Draft, id: string): void {
  const path = draft.subtask(id).call?.path;
  if (path === undefined) return;
  for (const [other, { call }] of [...draft.nodes]) {
    if (call?.path !== path || call.unfit === undefined) continue;
    const { unfit: _, ...rest } = call;
    draft.setSubtask(other, { call: rest });
  }
}

/**
 * An edit may have made it another script than the one that was approved: it stops, and nothing is asked for it before that is. A person who
 * changes the budget of an approved one, and nothing else, has approved it with that budget.
 *
 * @param before what it was
 * @returns whether it is to run again: with another budget a program may do something else
 */
export function takeScriptEdit(draft: Draft, before: { hash: string; program: string } | undefined): boolean {
  const { script, text } = draft.task;
  if (before === undefined || script === undefined || before.hash === hashOf(draft)) return false;
  const wasApproved = script.approved === before.hash;
  const isSame = before.program === text.instructions;
  const carried = wasApproved && isSame ? { approved: hashOf(draft) } : {};
  draft.set({ script: { ...script, ...carried, since: draft.task.rev + 1 } });
  holdUnapproved(draft);
  const isFinal = phaseOf(draft.task) === "final";
  return isFinal ? !isSame || codeOf(draft.task.error ?? "") === "E_BUDGET" : wasApproved && isSame;
}

/** What an edit of a script is compared with. */
export function scriptAsItIs(draft: Draft): { hash: string; program: string } | undefined {
  if (draft.task.script === undefined) return undefined;
  return { hash: hashOf(draft), program: draft.task.text.instructions };
}

function holdUnapproved(draft: Draft): void {
  const { status, waiting } = draft.task;
  if (isApproved(draft)) return;
  if (status === "executing") {
    closeQuestion(draft);
    waitForApproval(draft);
  } else if (waiting?.for === "approval") showScriptAgain(draft);
}

/** The approval that is waited for is for the script as it is now. */
export function showScriptAgain(draft: Draft): void {
  const { waiting } = draft.task;
  if (waiting !== undefined) draft.set({ waiting: { ...waiting, plan: hashOf(draft) } });
}

/** What the approval of a script is for, as it stands. */
export function hashOf(draft: Draft): string {
  return scriptHash(draft.task.text.instructions, scriptOf(draft), draft.task.budget);
}

/** The program calls agents: each call is a subtask. One that stands there with the same hash is the same call, of an earlier run. */
export function takeCalls(draft: Draft, { question, calls }: LoopEvent & { type: "calls" }): void {
  if (draft.task.asking?.question !== question) return;
  for (const [id, planned] of Object.entries(calls)) {
    const known = draft.nodes.get(id);
    if (known?.call?.hash === planned.call.hash) continue;
    if (known !== undefined) giveUpChanged(draft, id);
    const attempt = draft.task.removed?.[id] ?? 0;
    draft.setSubtask(id, { ...structuredClone(planned), status: "pending", attempt } as Subtask);
    const refusal = refusalOf(draft, planned.agent);
    if (refusal !== undefined) failAttempt(draft, id, errorText(refusal));
  }
  advance(draft);
}

/** The program has come to its end. */
export function takeScriptEnd(
  draft: Draft,
  outcome: Outcome,
  attachments: Attachment[],
  asking: Asking,
): void {
  recordOutcome(draft, asking, outcome);
  if ("results" in outcome) finishTask(draft, { status: "done", output: outcome.results, attachments });
  else if ("error" in outcome) {
    const { error, partial } = outcome;
    finishTask(draft, { status: "failed", error, ...(partial === undefined ? {} : { partial }) });
  } else throw internal("a script ended with neither results nor an error");
}

/** What followed from it was made of another answer; what this run of the program has called already was not. */
function giveUpChanged(draft: Draft, id: string): void {
  const { since = 0 } = scriptOf(draft);
  const followers = callFollowers(draft.nodes, id).filter(
    (one) => (draft.subtask(one).call?.began ?? 0) < since,
  );
  for (const one of new Set([id, ...callRounds(draft.nodes, id), ...followers])) removeEntry(draft, one);
}

function refusalOf(draft: Draft, agent: string): ClawflowError | undefined {
  if (draft.nodes.size > MOST_CALLS) {
    return new ClawflowError("E_LIMIT", `a script makes at most ${MOST_CALLS} calls`);
  }
  const { agents } = scriptOf(draft);
  if (agent === "self" || agents === undefined || agents.includes(agent)) return undefined;
  return new ClawflowError("E_UNKNOWN_AGENT", `this script may not give work to ${agent}`, {
    expected: agents.join(", ") || "nobody but the agent itself",
  });
}

function waitForApproval(draft: Draft): void {
  draft.set({ status: "planning" });
  const { agents = [], name } = scriptOf(draft);
  const what = name === undefined ? "the script" : `the script ${name}`;
  const whom = agents.length === 0 ? "the agent itself alone" : agents.join(", ");
  waitForPerson(draft, {
    for: "approval",
    question: "",
    text: `Approve ${what} under \`## Instructions\`; it may use ${whom}`,
    plan: hashOf(draft),
  });
}

function isApproved(draft: Draft): boolean {
  const { approved } = scriptOf(draft);
  return approved !== undefined && approved === hashOf(draft);
}

function scriptOf({ task }: Draft): Script {
  if (task.script === undefined) throw internal(`task ${task.task_id} is no script`);
  return task.script;
}
