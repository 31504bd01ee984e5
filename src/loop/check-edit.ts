import type { Dependencies } from "../dag/graph.ts";
import { validateDag } from "../dag/validate-dag.ts";
import type { SubtaskEdit } from "../protocol/edit.ts";
import { ClawflowError } from "../protocol/errors.ts";
import type { Draft } from "./draft.ts";
import { illegal } from "./edit-fault.ts";
import type { SubtaskEdits } from "./edit-subtasks.ts";
import { reachablePeers } from "./peers.ts";
import { phaseOf } from "./phase.ts";
import { reachFault } from "./plans.ts";

type Planned = Record<string, { agent: string; depends_on: string[] }>;

/** The plan as it would be, checked as that of a brain is. @throws what is wrong with it */
export function checkDag(draft: Draft, edits: SubtaskEdits, gone: ReadonlySet<string>): void {
  const { self, task, nodes } = draft;
  const planned = plannedBy(draft, edits, gone);
  const existing = new Map<string, Dependencies extends ReadonlyMap<string, infer Node> ? Node : never>();
  for (const [id, { depends_on }] of nodes) {
    if (gone.has(id) || Object.hasOwn(planned, id)) continue;
    existing.set(id, { depends_on: depends_on.filter((other) => !gone.has(other)) });
  }
  const count = Object.keys(planned).length;
  if (count === 0) {
    if (gone.size > 0 && existing.size === 0 && phaseOf(task) !== "final") throw noneLeft();
    return;
  }
  const agents = reachablePeers(self, task).map((peer) => peer.id);
  const fault = validateDag(planned, { self: self.id, agents, limit: self.limits.subtasks, existing });
  if (fault !== undefined) throw reachFault(draft, planned, fault);
}

/** @throws E_FIELD where there is none */
export function newAgentOf(id: string, { agent }: SubtaskEdit): string {
  if (agent !== undefined) return agent;
  throw new ClawflowError("E_FIELD", "a new subtask needs an agent", {
    at: `subtasks.${id}.agent`,
    expected: "whom it is for, or self",
  });
}

/** Those that are new, or get another agent or other dependencies. */
function plannedBy({ nodes }: Draft, edits: SubtaskEdits, gone: ReadonlySet<string>): Planned {
  const planned: Planned = {};
  for (const [id, edit] of Object.entries(edits)) {
    if (edit === null) continue;
    const node = nodes.get(id);
    if (node !== undefined && edit.agent === undefined && edit.depends_on === undefined) continue;
    const depends_on = edit.depends_on ?? node?.depends_on ?? [];
    planned[id] = {
      agent: edit.agent ?? node?.agent ?? newAgentOf(id, edit),
      depends_on: depends_on.filter((other) => !gone.has(other)),
    };
  }
  return planned;
}

function noneLeft(): ClawflowError {
  return illegal("that leaves the task without a subtask", {
    at: "subtasks",
    hint: "Add another, or end the task: `status: done`, `failed` or `cancelled`",
  });
}
