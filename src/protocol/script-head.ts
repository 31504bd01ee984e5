import { AGENT_ADDRESS } from "./ids.ts";
import { fields, like, listOf, number, optional, type Read, whole } from "./quick-shape.ts";

const upTo =
  (most: number): Read =>
  (value) =>
    typeof value === "string" && value.length <= most ? value : undefined;

/** The quick way to what `scriptSchema` and `callSchema` read. */
export const script = fields({
  name: optional(upTo(200)),
  args: optional(upTo(1_000_000)),
  now: number,
  seed: upTo(64),
  agents: optional((value) =>
    Array.isArray(value) && value.length > 1_000 ? undefined : listOf(like(AGENT_ADDRESS))(value),
  ),
  concurrency: optional(whole(1, 16)),
  compute: optional(whole(1)),
  memory: optional(whole(1)),
  approved: optional(upTo(64)),
  since: optional(whole()),
});
export const call = fields({
  path: upTo(32 * 1024),
  round: optional(whole(2)),
  options: upTo(64),
  hash: upTo(64),
  label: optional(upTo(200)),
  phase: optional(upTo(200)),
  began: optional(whole()),
  ended: optional(whole()),
  unfit: optional(upTo(5_000)),
});
