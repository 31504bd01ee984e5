import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** `wait FILE`: answers once that file is there. `say TEXT`: that text. */
export default async ({ task }, { signal }) => {
  const [, verb, rest] = /^(\w+) ([\s\S]*)$/.exec(task.instructions) ?? [];
  while (verb === "wait" && !existsSync(rest)) await pause(20, undefined, { signal });
  return verb === "wait" ? "the true result" : rest;
};
