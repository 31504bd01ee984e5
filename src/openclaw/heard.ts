import { isPlainObject } from "../protocol/plain-value.ts";

/** What stands in a chat's session of something that it was told by a turn. */
export type Heard =
  /** It was not told, or not that one could see. */
  | { as: "nothing"; times: 0 }
  /**
   * It stands there. `answered`: the agent has said something since. `failed`: the turn ended with an error, which OpenClaw also notes when
   * it could not take up again what its own restart cut off: whatever the agent had said may have reached nobody. `open`: neither.
   */
  | { as: "open" | "answered" | "failed"; times: number; run?: string };

/** @param messages of the session as OpenClaw keeps them, the last at the end; `id`: what the text that was told is marked with */
export function heardIn(messages: readonly unknown[], id: string): Heard {
  const mark = `[Clawflow ${id}]`;
  const places = messages.flatMap((message, at) => (JSON.stringify(message).includes(mark) ? [at] : []));
  const last = places.at(-1);
  if (last === undefined) return { as: "nothing", times: 0 };
  const run = runOf(messages[last]);
  return {
    as: sinceThen(messages.slice(last + 1)),
    times: places.length,
    ...(run === undefined ? {} : { run }),
  };
}

function sinceThen(messages: readonly unknown[]): "open" | "answered" | "failed" {
  for (const message of [...messages].reverse()) {
    if (!isPlainObject(message) || message.role !== "assistant") continue;
    if (message.stopReason === "error") return "failed";
    if (message.stopReason !== "toolUse") return "answered";
  }
  return "open";
}

/** OpenClaw marks what a turn was asked with the id of its run. */
function runOf(message: unknown): string | undefined {
  if (!isPlainObject(message) || typeof message.idempotencyKey !== "string") return undefined;
  return message.idempotencyKey.endsWith(":user") ? message.idempotencyKey.slice(0, -5) : undefined;
}
