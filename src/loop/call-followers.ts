import type { Subtask } from "../protocol/task.ts";
import { follows } from "../script/call-path.ts";

/**
 * The rounds of a call that are made anew with one of them: those after it, which were made of its answer; of a call none of whose answers
 * fitted all, since it is asked from the first.
 */
export function callRounds(nodes: ReadonlyMap<string, Readonly<Subtask>>, id: string): string[] {
  const of = nodes.get(id)?.call;
  if (of === undefined) return [];
  const first = of.unfit === undefined ? (of.round ?? 1) : 1;
  return [...nodes].flatMap(([other, { call }]) =>
    call?.path === of.path && (call.round ?? 1) >= first ? [other] : [],
  );
}

/** The calls of a script that follow from one in its flow of control, but for those that were made before its answer was there. */
export function callFollowers(nodes: ReadonlyMap<string, Readonly<Subtask>>, id: string): string[] {
  const of = nodes.get(id)?.call;
  if (of?.ended === undefined) return [];
  const { path, ended } = of;
  return [...nodes].flatMap(([other, { call }]) =>
    call !== undefined && follows(call.path, path) && (call.began ?? ended) >= ended ? [other] : [],
  );
}
