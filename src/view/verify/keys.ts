import { keyOf } from "../../loop/identify.ts";
import type { AgentEvidence, Evidence } from "./evidence.ts";
import type { Report } from "./finding.ts";

/** No work is two tasks, and no message is archived under two names. */
export function checkKeys({ agents }: Evidence, report: Report): void {
  for (const agent of agents.values()) {
    checkTasks(agent, report);
    checkArchive(agent, report);
  }
}

function checkTasks({ agent, tasks }: AgentEvidence, report: Report): void {
  const seen = new Map<string, string>();
  for (const { task } of tasks.values()) {
    report.saw("keys");
    const { from, task_id, subtask_id, attempt } = keyOf(task);
    // A person may drop the same id with another text; that is another task.
    const key = JSON.stringify([from, task_id, subtask_id, attempt, from === "human" ? task.body_hash : ""]);
    const first = seen.get(key);
    seen.set(key, task.task_id);
    if (first === undefined) continue;
    report.found({ check: "keys", agent, task_id: task.task_id, text: `it is the same work as ${first}` });
  }
}

function checkArchive({ agent, letters }: AgentEvidence, report: Report): void {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const { place, name, file, id, isRepeat } of letters) {
    if (place !== "archive" || isRepeat) continue;
    report.saw("keys");
    const sameName = names.get(name);
    const sameId = id === undefined ? undefined : ids.get(id);
    names.set(name, file);
    if (id !== undefined) ids.set(id, file);
    const first = sameName ?? sameId;
    if (first !== undefined)
      report.found({ check: "keys", agent, file, text: `it is archived as ${first} as well` });
  }
}
