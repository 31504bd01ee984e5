import { validateDag } from "../dag/validate-dag.ts";
import { parseDuration } from "../protocol/duration.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { PlannedSubtask, PlanOutcome } from "../protocol/outcome.ts";
import { type Asking, type Policy, policySchema, type Subtask } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import type { Draft } from "./draft.ts";
import { failAttempt } from "./failures.ts";
import { finishTask } from "./finish.ts";
import { reachablePeers } from "./peers.ts";
import { openQuestion, problemText } from "./questions.ts";
import { recordOutcome } from "./records.ts";

/**
 * A plan: checked as a whole before anything is sent. A refused one goes back to the brain once, with the error; a second refusal
 * fails the task (or the subtask of its own that was to be split, named by `within`).
 */
export function takePlan(draft: Draft, outcome: PlanOutcome, asking: Asking, within?: string): void {
  recordOutcome(draft, asking, outcome);
  const plan = within === undefined ? outcome : nestPlan(outcome, within);
  const fault = checkPlan(draft, plan);
  if (fault === undefined) acceptPlan(draft, plan, within);
  else if (asking.problem === undefined) {
    if (within === undefined) draft.set({ status: "planning" });
    openQuestion(draft, asking.kind, within, problemText(fault));
  } else refusePlan(draft, errorText(fault), within);
}

function checkPlan(draft: Draft, plan: PlanOutcome): ClawflowError | undefined {
  const { self, task, nodes } = draft;
  const agents = reachablePeers(self, task).map((peer) => peer.id);
  const fault = validateDag(plan.subtasks, {
    self: self.id,
    agents,
    limit: self.limits.subtasks,
    existing: nodes,
  });
  if (fault !== undefined) return deeper(draft, fault);
  for (const [id, { timeout }] of Object.entries(plan.subtasks)) {
    try {
      if (timeout !== undefined) parseDuration(timeout);
    } catch (cause) {
      return new ClawflowError("E_PLAN", "not a duration", {
        at: `subtasks.${id}.timeout`,
        expected: "500ms, 30s, 5m, 2h",
        found: timeout ?? "",
        cause,
      });
    }
    if (nodes.has(id))
      return new ClawflowError("E_PLAN", "there is a subtask of that id already", { at: `subtasks.${id}` });
  }
  return undefined;
}

/** At the lowest level nobody is reachable; the reason to be told is the depth. */
function deeper({ self, task }: Draft, fault: ClawflowError): ClawflowError {
  if (fault.code !== "E_UNKNOWN_AGENT" || task.trace.depth < self.limits.depth) return fault;
  return new ClawflowError(
    "E_DEPTH",
    `this task is at level ${task.trace.depth}, the limit is ${self.limits.depth}`,
    {
      hint: "Do it without other agents; `agent: self` is allowed.",
    },
  );
}

function acceptPlan(draft: Draft, plan: PlanOutcome, within: string | undefined): void {
  const { task } = draft;
  for (const [id, planned] of Object.entries(plan.subtasks)) draft.setSubtask(id, newSubtask(planned));
  if (within !== undefined) {
    const { depends_on } = draft.subtask(within);
    draft.setSubtask(within, {
      status: "pending",
      granted: null,
      due: null,
      depends_on: [...depends_on, ...Object.keys(plan.subtasks)],
    });
    advance(draft);
    return;
  }
  const policy: Policy = policySchema.parse({ ...task.policy, ...plan.policy });
  draft.set({ mode: "coordinating", status: "planning", policy });
  if (needsApproval(draft, plan)) {
    const text = `Approve the plan: ${Object.keys(plan.subtasks).length} subtasks`;
    draft.set({ waiting: { for: "approval", text, since: draft.now.wall, question: "" } });
    return;
  }
  executePlan(draft);
}

export function executePlan(draft: Draft): void {
  draft.set({ status: "executing", waiting: null });
  advance(draft);
}

function needsApproval({ task }: Draft, plan: PlanOutcome): boolean {
  // What the task came with decides, never the plan itself: a brain cannot wave its own plan through.
  const { approval } = task.policy;
  if (approval === "never") return plan.policy?.approval === "always";
  if (approval === "always") return true;
  if (approval === "first") return task.trace.depth === 0;
  const { subtasks, usd } = approval.above;
  return (
    Object.keys(plan.subtasks).length > (subtasks ?? Number.POSITIVE_INFINITY) ||
    (task.budget?.usd ?? 0) > (usd ?? Number.POSITIVE_INFINITY)
  );
}

function refusePlan(draft: Draft, error: string, within: string | undefined): void {
  if (within === undefined) {
    finishTask(draft, { status: "failed", error });
    return;
  }
  failAttempt(draft, within, error);
  advance(draft);
}

function newSubtask(planned: PlannedSubtask): Subtask {
  return { ...structuredClone(planned), status: "pending", attempt: 0 } as Subtask;
}

/** A subtask of one's own that is split stays in the DAG and waits for its pieces, which get its id in front. */
function nestPlan(plan: PlanOutcome, within: string): PlanOutcome {
  const own = new Set(Object.keys(plan.subtasks));
  const name = (id: string) => (own.has(id) ? `${within}-${id}` : id);
  const subtasks: Record<string, PlannedSubtask> = {};
  for (const [id, planned] of Object.entries(plan.subtasks)) {
    subtasks[name(id)] = { ...planned, depends_on: planned.depends_on.map(name) };
  }
  return { ...plan, subtasks };
}
