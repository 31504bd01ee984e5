import type { Dependencies } from "../dag/graph.ts";
import { validateDag } from "../dag/validate-dag.ts";
import type { SubtaskEdit, TaskEdit } from "../protocol/edit.ts";
import { errorText } from "../protocol/errors.ts";
import type { Draft } from "./draft.ts";
import { reachablePeers } from "./peers.ts";
import { phaseOf } from "./phase.ts";

/** Why an edit cannot be taken as a whole; `undefined`: it can. Nothing is changed here. */
export function checkEdit(draft: Draft, edit: TaskEdit): string | undefined {
  return (
    checkEnding(draft, edit) ?? checkStage(draft, edit) ?? checkResults(draft, edit) ?? checkDag(draft, edit)
  );
}

function checkEnding(draft: Draft, { status, output }: TaskEdit): string | undefined {
  const { task } = draft;
  if (status === undefined) return undefined;
  if (phaseOf(task) === "final" && status !== task.status) {
    return `E_STATE: the task is ${task.status}; what is finished is not ended again. Set a subtask to \`status: pending\` to have it done again`;
  }
  if (status !== "done" || (output ?? task.text.output) !== "") return undefined;
  const heading = task.mode === "coordinating" ? "Synthesised Output" : "Results";
  return `E_FIELD: \`status: done\` without an answer; write it under \`## ${heading}\``;
}

/** A finished task whose giver has its reply is redone by that giver. */
function checkStage(draft: Draft, { subtasks = {} }: TaskEdit): string | undefined {
  const { task, nodes } = draft;
  const redone = Object.entries(subtasks).find(([id, edit]) => changesWork(edit, nodes.has(id)));
  if (phaseOf(task) !== "final" || redone === undefined || task.from === "human") return undefined;
  const { task_id, subtask_id = "" } = task.reply_to;
  return `E_STATE: the task is finished and ${task.from} has its reply; retry ${task_id}/${subtask_id} at ${task.from}`;
}

function changesWork(edit: SubtaskEdit | null, isThere: boolean): boolean {
  return edit === null || !isThere || edit.status !== undefined || edit.results !== undefined;
}

function checkResults(draft: Draft, { subtasks = {} }: TaskEdit): string | undefined {
  for (const [id, edit] of Object.entries(subtasks)) {
    if (edit?.status !== "done") continue;
    const results = edit.results ?? draft.nodes.get(id)?.results ?? "";
    if (results.trim() === "")
      return `E_FIELD: \`status: done\` of ${id} without results; write them under \`### ${id}\``;
  }
  return undefined;
}

/** The DAG as it would be: as strict as with a plan of the brain. */
function checkDag(draft: Draft, { subtasks = {} }: TaskEdit): string | undefined {
  const { self, task, nodes } = draft;
  const planned: Record<string, { agent: string; depends_on: string[] }> = {};
  const existing = new Map<string, { depends_on: readonly string[] }>();
  const removed = new Set(Object.keys(subtasks).filter((id) => subtasks[id] === null));
  const kept = (depends_on: readonly string[]) => depends_on.filter((id) => !removed.has(id));
  for (const [id, { depends_on }] of nodes)
    if (!removed.has(id)) existing.set(id, { depends_on: kept(depends_on) });
  for (const [id, edit] of Object.entries(subtasks)) {
    if (edit === null) continue;
    const node = nodes.get(id);
    if (node === undefined && edit.agent === undefined)
      return `E_FIELD: subtasks.${id}.agent: a new subtask needs an agent`;
    if (node !== undefined && edit.agent === undefined && edit.depends_on === undefined) continue;
    existing.delete(id);
    planned[id] = {
      agent: edit.agent ?? node?.agent ?? "self",
      depends_on: kept(edit.depends_on ?? node?.depends_on ?? []),
    };
  }
  if (Object.keys(planned).length === 0) return undefined;
  const fault = validateDag(planned, {
    self: self.id,
    agents: reachablePeers(self, task).map((peer) => peer.id),
    limit: self.limits.subtasks,
    existing: existing as Dependencies,
  });
  return fault === undefined ? undefined : errorText(fault);
}
