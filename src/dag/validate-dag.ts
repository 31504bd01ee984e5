import { ClawflowError } from "../protocol/errors.ts";
import { isSubtaskId } from "../protocol/ids.ts";
import type { PlannedSubtask } from "../protocol/outcome.ts";
import { cycleError, findCycle } from "./find-cycle.ts";
import { type Dependencies, edgesOf } from "./graph.ts";

/** What of a planned subtask makes the DAG. */
type Planned = Pick<PlannedSubtask, "agent" | "depends_on">;

export interface DagRules {
  /** The agent whose plan it is. */
  self: string;
  /** Those it may give work to; `self`, its own brain, is always allowed. */
  agents: Iterable<string>;
  /** How many subtasks a task may have. */
  limit: number;
  /** The subtasks that the task has already, when a plan adds to them. */
  existing?: Dependencies;
}

/**
 * What is wrong with a plan, `undefined` if nothing: the first of count (E_PLAN, E_LIMIT), ids (E_ID, E_PLAN), agents
 * (E_SELF_SEND, E_UNKNOWN_AGENT), dependencies (E_DEPENDENCY) and cycles (E_CYCLE), in the order of the plan.
 */
export function validateDag(
  subtasks: Readonly<Record<string, Planned>>,
  rules: DagRules,
): ClawflowError | undefined {
  const planned = new Map(Object.entries(subtasks));
  const existing: Dependencies = rules.existing ?? new Map();
  return (
    checkCount(planned.size, existing.size, rules.limit) ??
    first(planned.keys(), (id) => checkId(id, existing)) ??
    checkAgents(planned, rules) ??
    first(planned.keys(), (id) => checkDependencies(id, planned, existing)) ??
    checkCycle(new Map([...existing, ...planned]))
  );
}

function checkCount(planned: number, existing: number, limit: number): ClawflowError | undefined {
  if (planned === 0) {
    return new ClawflowError("E_PLAN", "a plan without subtasks", {
      at: "subtasks",
      hint: 'Answer {"results": "…"} if nothing is to be split',
    });
  }
  if (planned + existing <= limit) return undefined;
  return new ClawflowError("E_LIMIT", "too many subtasks", {
    at: "subtasks",
    expected: `at most ${limit} in one task`,
    found: existing === 0 ? `${planned}` : `${planned} more than the ${existing} there are`,
    hint: "Give fewer, larger subtasks; whoever gets one may split it again",
  });
}

function checkId(id: string, existing: Dependencies): ClawflowError | undefined {
  if (!isSubtaskId(id)) {
    return new ClawflowError("E_ID", "not a subtask id", {
      at: "subtasks",
      expected: "1 to 64 of a-z 0-9 -, beginning with a letter, without --",
      found: JSON.stringify(id),
    });
  }
  if (!existing.has(id)) return undefined;
  return new ClawflowError("E_PLAN", "the task has a subtask of this id already", {
    at: `subtasks.${id}`,
    hint: "Choose another id",
  });
}

function checkAgents(
  planned: ReadonlyMap<string, Planned>,
  { self, agents }: DagRules,
): ClawflowError | undefined {
  const reachable = new Set(agents);
  return first(planned, ([id, { agent }]) => {
    if (agent === "self") return undefined;
    const at = `subtasks.${id}.agent`;
    if (agent === self) {
      return new ClawflowError("E_SELF_SEND", "an agent cannot send work to itself", {
        at,
        found: JSON.stringify(agent),
        hint: "Use `self` to ask its own brain",
      });
    }
    if (reachable.has(agent)) return undefined;
    return new ClawflowError("E_UNKNOWN_AGENT", "no agent that work can be given to", {
      at,
      expected: `one of ${[...reachable].sort().concat("self").join(", ")}`,
      found: JSON.stringify(agent),
    });
  });
}

function checkDependencies(
  id: string,
  planned: ReadonlyMap<string, Planned>,
  existing: Dependencies,
): ClawflowError | undefined {
  const seen = new Set<string>();
  const dependencies = planned.get(id)?.depends_on ?? [];
  return first(dependencies.entries(), ([index, dependency]) => {
    const wrong = (summary: string, hint?: string): ClawflowError =>
      new ClawflowError("E_DEPENDENCY", summary, {
        at: `subtasks.${id}.depends_on[${index}]`,
        found: JSON.stringify(dependency),
        ...(hint === undefined ? {} : { hint }),
      });
    if (dependency === id) return wrong("a subtask cannot depend on itself");
    if (!planned.has(dependency) && !existing.has(dependency)) {
      return wrong("depends on a subtask that is not there", "Name a subtask of the same task");
    }
    if (seen.has(dependency)) return wrong("the same dependency twice");
    seen.add(dependency);
    return undefined;
  });
}

function checkCycle(nodes: Dependencies): ClawflowError | undefined {
  const cycle = findCycle(edgesOf(nodes));
  return cycle === undefined ? undefined : cycleError(cycle);
}

function first<T>(
  items: Iterable<T>,
  check: (item: T) => ClawflowError | undefined,
): ClawflowError | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
