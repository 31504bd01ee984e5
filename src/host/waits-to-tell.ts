import type { Plan } from "../loop/types.ts";
import type { Waiting } from "../protocol/task.ts";

export interface WaitToTell {
  subtask?: string;
  for: Waiting["for"];
  text: string;
}

/** What of a plan makes it a person's turn, or reminds them that it is. @param wall the time of the step */
export function waitsToTell(plan: Plan, wall: string): WaitToTell[] {
  const told: WaitToTell[] = [];
  const look = (waiting: Waiting | null | undefined, subtask?: string) => {
    if (waiting === null || waiting === undefined) return;
    if (waiting.since !== wall && !isReminded(plan, subtask)) return;
    const { for: kind, text } = waiting;
    told.push({ for: kind, text, ...(subtask === undefined ? {} : { subtask }) });
  };
  look(plan.create?.waiting ?? plan.change?.fields?.waiting);
  for (const [id, subtask] of Object.entries(plan.change?.subtasks ?? {})) look(subtask?.waiting, id);
  return told;
}

function isReminded({ send }: Plan, subtask: string | undefined): boolean {
  return send.some(
    ({ type, to, subtask_id }) => type === "progress" && to === "human" && subtask_id === subtask,
  );
}
