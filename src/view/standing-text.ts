/**
 * Where work stands: always exactly one of these.
 *
 * - `undelivered`: decided to be sent, not yet accepted.
 * - `delivered`: the receiver has it and has not begun.
 * - `working`: a brain is asked, or a peer of another root has it; `since`: the last sign of life.
 * - `waiting`: for whom, for what, since when. `person`: it is a person's turn. For `a host`: nobody runs the agent.
 * - `replying`: finished, its reply is under way.
 * - `finished`: with its status; `unfit` is a call of a script that was answered with what its schema does not allow.
 */
export type Standing =
  | { state: "undelivered"; to: string; since?: string }
  | { state: "delivered"; to: string; since?: string }
  | { state: "working"; since?: string }
  | { state: "waiting"; for: string; what: string; since?: string; person?: true }
  | { state: "replying"; to: string; since?: string }
  | { state: "finished"; status: string; since?: string };

export function standingText(standing: Standing): string {
  switch (standing.state) {
    case "undelivered":
      return `not yet delivered to ${standing.to}`;
    case "delivered":
      return `delivered to ${standing.to}, not begun`;
    case "working":
      return standing.since === undefined ? "working" : `working (last sign of life ${standing.since})`;
    case "waiting":
      return `waiting for ${standing.for}: ${standing.what}${standing.since === undefined ? "" : `, since ${standing.since}`}`;
    case "replying":
      return `finished, reply under way to ${standing.to}`;
    case "finished":
      return `finished: ${standing.status}`;
  }
}
