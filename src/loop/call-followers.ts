import type { Subtask } from "../protocol/task.ts";
import { follows } from "../script/call-path.ts";

/** The calls of a script that follow from one in its flow of control, but for those that were made before its answer was there. */
export function callFollowers(nodes: ReadonlyMap<string, Readonly<Subtask>>, id: string): string[] {
  const of = nodes.get(id)?.call;
  if (of?.ended === undefined) return [];
  const { path, ended } = of;
  return [...nodes].flatMap(([other, { call }]) =>
    call !== undefined && follows(call.path, path) && (call.began ?? ended) >= ended ? [other] : [],
  );
}
