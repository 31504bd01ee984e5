import { originalPlace } from "./positions.ts";
import type { SandboxProgram } from "./sandbox-types.ts";

/** The name that the code of a program has inside the sandbox. No script can have a file of this name: names hold no such sign. */
export function fileOf(program: Pick<SandboxProgram, "name">): string {
  return program.name === undefined ? "<script>" : `<script:${program.name}>`;
}

export interface ScriptPlace {
  /** Of a script that was called. */
  script?: string;
  line: number;
  column: number;
}

/** The innermost place of a stack that lies in a script, as it was written. */
export function placeInScript(
  stack: string | undefined | null,
  programs: readonly SandboxProgram[],
): ScriptPlace | undefined {
  if (typeof stack !== "string") return undefined;
  for (const line of stack.split("\n")) {
    const match = /(<script(?::[^>]*)?>):(\d+)(?::(\d+))?\)?\s*$/.exec(line);
    const program = programs.find((one) => fileOf(one) === match?.[1]);
    if (match === null || program === undefined) continue;
    const place = originalPlace(program.insertions, Number(match[2]), Number(match[3] ?? 1));
    return program.name === undefined ? place : { script: program.name, ...place };
  }
  return undefined;
}
