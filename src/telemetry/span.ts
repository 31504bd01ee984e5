import { sha256 } from "../protocol/ids.ts";
import type { Task } from "../protocol/task.ts";

export type AttributeValue = string | number | boolean;

/** As OpenTelemetry means it. Times in milliseconds since 1970. */
export interface Span {
  trace: string;
  id: string;
  parent?: string;
  name: string;
  kind: "internal" | "client" | "producer" | "consumer";
  start: number;
  end: number;
  attributes: Record<string, AttributeValue>;
  /** Why it failed. */
  error?: string;
}

type Traced = Pick<Task, "trace">;

/**
 * The trace of a job: the same wherever and whenever it is derived. A `traceparent` that came with the job makes it a part of the
 * trace of whoever gave it.
 */
export function traceOf({ trace }: Traced): string {
  return parentOf({ trace })?.trace ?? hash(["trace", trace.root, bare(trace.path[0] ?? "")]).slice(0, 32);
}

/** The span outside under which the job belongs. */
export function parentOf({ trace }: Traced): { trace: string; id: string } | undefined {
  const [, id = "", span = ""] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(trace.traceparent ?? "") ?? [];
  return id === "" || /^0+$/.test(id) || /^0+$/.test(span) ? undefined : { trace: id, id: span };
}

/** Of a work that one agent gave to another: both know who gave it, and its number. */
export interface Work {
  from: string;
  task_id: string;
  subtask_id?: string | undefined;
  attempt: number;
}

/** The span in which the giver waits for it. */
export function waitId({ from, task_id, subtask_id = "", attempt }: Work): string {
  return spanId(["wait", bare(from), task_id, subtask_id, attempt]);
}

/** Derived from what stands for a thing: the same span always has the same id, so that one that is exported twice is one. */
export function spanId(parts: readonly (string | number)[]): string {
  return hash(parts).slice(0, 16);
}

function hash(parts: readonly (string | number)[]): string {
  return sha256(JSON.stringify(["clawflow", ...parts]));
}

/** Its own root knows an agent without the name of the root. */
export function bare(agent: string): string {
  return agent.replace(/@.*$/, "");
}
