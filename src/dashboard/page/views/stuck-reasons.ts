import type { Status, Why } from "../../api-types.ts";

type Reason = Why["reasons"][number];

/** What does not pass by itself. What simply takes its time is no reason to look. */
const STUCK: readonly Reason["hold"]["cause"][] = [
  "edit",
  "dead-letter",
  "undeliverable",
  "peer-gone",
  "budget",
  "deadline",
  "dependency",
  "failed",
  "locked",
  "no-host",
];

/** Reasons that hold jobs back and are not told as a problem of that agent or task already. */
export function stuckReasons(reasons: readonly Reason[], problems: Status["problems"]): Reason[] {
  return reasons.filter(
    ({ hold }) =>
      STUCK.includes(hold.cause) &&
      !problems.some(
        ({ agent, task_id }) => agent === hold.agent && (task_id === undefined || task_id === hold.task_id),
      ),
  );
}
