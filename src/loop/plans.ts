import type { Dependencies } from "../dag/graph.ts";
import { validateDag } from "../dag/validate-dag.ts";
import { parseDuration } from "../protocol/duration.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { PlannedSubtask, PlanOutcome } from "../protocol/outcome.ts";
import { planHash } from "../protocol/plan-hash.ts";
import { type Asking, policySchema, type Subtask, type Task } from "../protocol/task.ts";
import { advance } from "./advance.ts";
import type { Draft } from "./draft.ts";
import { failAttempt } from "./failures.ts";
import { finishTask } from "./finish.ts";
import { reachablePeers } from "./peers.ts";
import { openQuestion, refusedAnswer } from "./questions.ts";
import { recordOutcome } from "./records.ts";
import { waitForPerson } from "./waiting.ts";

/**
 * A plan: checked as a whole before anything is sent. A refused one goes back to the brain once, with the error; a second refusal
 * fails the task (or the subtask of its own that was to be split, named by `within`).
 */
export function takePlan(draft: Draft, outcome: PlanOutcome, asking: Asking, within?: string): void {
  recordOutcome(draft, asking, outcome);
  const plan = within === undefined ? outcome : nestPlan(outcome, within);
  const fault = checkPlan(draft, plan, within);
  if (fault === undefined) acceptPlan(draft, plan, within);
  else if (asking.refused !== true) {
    if (within === undefined) draft.set({ status: "planning" });
    openQuestion(draft, asking.kind, within, refusedAnswer(fault));
  } else refusePlan(draft, errorText(fault), within);
}

function checkPlan(draft: Draft, plan: PlanOutcome, within: string | undefined): ClawflowError | undefined {
  const { self, task, nodes } = draft;
  const planned = Object.keys(plan.subtasks);
  const fault = validateDag(plan.subtasks, {
    self: self.id,
    agents: reachablePeers(self, task).map((peer) => peer.id),
    limit: self.limits.subtasks,
    existing: within === undefined ? nodes : waitingFor(nodes, within, planned),
  });
  if (fault !== undefined) return reachFault(draft, plan.subtasks, fault);
  if (within !== undefined && needsApproval(task, [...nodes.values(), ...Object.values(plan.subtasks)])) {
    return new ClawflowError("E_PLAN", "what is split from within a plan cannot be approved", {
      at: `subtasks.${within}`,
      hint: "Answer with its results",
    });
  }
  return badTimeout(plan);
}

/** The subtasks as they are once the one that is split waits for its pieces: a piece that waits for it would be a cycle. */
function waitingFor(nodes: Draft["nodes"], within: string, pieces: readonly string[]): Dependencies {
  const depends_on = [...(nodes.get(within)?.depends_on ?? []), ...pieces];
  return new Map<string, { depends_on: readonly string[] }>([...nodes, [within, { depends_on }]]);
}

function badTimeout({ subtasks }: PlanOutcome): ClawflowError | undefined {
  for (const [id, { timeout }] of Object.entries(subtasks)) {
    try {
      if (timeout !== undefined) parseDuration(timeout, `subtasks.${id}.timeout`, "E_PLAN");
    } catch (error) {
      if (error instanceof ClawflowError) return error;
      throw error;
    }
  }
  return undefined;
}

/** A peer that may not be reached from this task alone: the reason is the depth or the path, not that nobody knows it. */
export function reachFault(
  { self, task }: Draft,
  subtasks: Readonly<Record<string, { agent: string }>>,
  fault: ClawflowError,
): ClawflowError {
  if (fault.code !== "E_UNKNOWN_AGENT") return fault;
  if (task.trace.depth >= self.limits.depth) {
    return new ClawflowError(
      "E_DEPTH",
      `this task is at level ${task.trace.depth}, the limit is ${self.limits.depth}`,
      { hint: "Do it without other agents; `agent: self` is allowed" },
    );
  }
  const { at = "" } = fault.detail;
  const wanted = Object.entries(subtasks).find(([id]) => at === `subtasks.${id}.agent`)?.[1].agent;
  if (!self.peers.some((peer) => peer.id === wanted)) return fault;
  return new ClawflowError("E_PATH", `${wanted} stands twice already on the path to this task`, {
    at,
    found: task.trace.path.join(" -> "),
    hint: "Give it to another agent, or do it here",
  });
}

function acceptPlan(draft: Draft, plan: PlanOutcome, within: string | undefined): void {
  const { policy, removed } = draft.task;
  for (const [id, planned] of Object.entries(plan.subtasks))
    draft.setSubtask(id, newSubtask(planned, removed?.[id]));
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
  // What the task came with holds: a brain cannot wave its own plan through, it can only ask for more.
  const asked = plan.policy?.approval ?? "never";
  const more = policy.approval === "never" || needsApproval(draft.task, draft.nodes.values(), asked);
  draft.set({
    mode: "coordinating",
    status: "planning",
    policy: policySchema.parse({ ...policy, ...plan.policy, approval: more ? asked : policy.approval }),
  });
  beginPlan(draft);
}

/** Executes the plan that stands in the task, or waits for a person to approve it. */
export function beginPlan(draft: Draft): void {
  const { task, nodes } = draft;
  if (!needsApproval(task, nodes.values())) {
    executePlan(draft);
    return;
  }
  draft.set({ status: "planning" });
  waitForPerson(draft, { for: "approval", question: "", ...shownPlan(draft) });
}

/** The plan that waits for approval has changed: what is approved from here on is the new one. */
export function showPlanAgain(draft: Draft): void {
  const { waiting } = draft.task;
  if (waiting?.for === "approval") draft.set({ waiting: { ...waiting, ...shownPlan(draft) } });
}

function shownPlan({ nodes }: Draft): { text: string; plan: string } {
  const text = `Approve the plan: ${nodes.size} ${nodes.size === 1 ? "subtask" : "subtasks"}`;
  return { text, plan: planHash(nodes) };
}

export function executePlan(draft: Draft): void {
  draft.set({ status: "executing", waiting: null });
  advance(draft);
}

function needsApproval(
  { policy, trace, budget }: Readonly<Task>,
  subtasks: Iterable<Pick<Subtask, "budget">>,
  approval = policy.approval,
): boolean {
  if (approval === "never") return false;
  if (approval === "always") return true;
  if (approval === "first") return trace.depth === 0;
  const { subtasks: most = Number.POSITIVE_INFINITY, usd = Number.POSITIVE_INFINITY } = approval.above;
  const planned = [...subtasks];
  return planned.length > most || mostUsd(planned, budget?.usd) > usd;
}

/** What the subtasks may cost: their own figures, where each has one; else all that the task may spend. */
function mostUsd(subtasks: readonly Pick<Subtask, "budget">[], given = Number.POSITIVE_INFINITY): number {
  const sum = subtasks.reduce((usd, { budget }) => usd + (budget?.usd ?? Number.POSITIVE_INFINITY), 0);
  return Math.min(sum, given);
}

function refusePlan(draft: Draft, error: string, within: string | undefined): void {
  if (within === undefined) {
    finishTask(draft, { status: "failed", error });
    return;
  }
  draft.setSubtask(within, { granted: null });
  failAttempt(draft, within, error);
  advance(draft);
}

/** @param attempt the last of a subtask of that id, which was removed */
function newSubtask(planned: PlannedSubtask, attempt = 0): Subtask {
  return { ...structuredClone(planned), status: "pending", attempt } as Subtask;
}

/** A subtask of one's own that is split stays in the DAG and waits for its pieces, which get its id in front. */
function nestPlan(plan: PlanOutcome, within: string): PlanOutcome {
  const own = new Set(Object.keys(plan.subtasks));
  const prefix = within.replace(/-$/, "");
  const name = (id: string) => (own.has(id) ? `${prefix}-${id}` : id);
  const subtasks: Record<string, PlannedSubtask> = {};
  for (const [id, planned] of Object.entries(plan.subtasks)) {
    subtasks[name(id)] = { ...planned, depends_on: planned.depends_on.map(name) };
  }
  return { ...plan, subtasks };
}
