import { AMOUNT_KINDS } from "./amounts.ts";
import { sha256 } from "./ids.ts";
import type { Script } from "./script.ts";
import type { Task } from "./task.ts";

/**
 * What a person approves of a script, as 32 hexadecimal digits: the whole program, its arguments, whom it may give work to, its limits and
 * its budget. Whatever of these changes asks for another approval.
 */
export function scriptHash(program: string, script: Script, budget: Task["budget"]): string {
  const { args, agents, concurrency, compute, memory } = script;
  const limits = [concurrency, compute, memory, ...AMOUNT_KINDS.map((kind) => budget?.[kind])];
  const approved = [
    program,
    args ?? null,
    agents === undefined ? null : [...agents].sort(),
    ...limits.map(orNull),
  ];
  return sha256(JSON.stringify(approved)).slice(0, 32);
}

function orNull(value: number | undefined): number | null {
  return value ?? null;
}
