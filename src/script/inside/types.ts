import type { JsonValue } from "../types.ts";

/** What the sandbox is told before a script begins. */
export interface Setup {
  seed: string;
  /** Milliseconds since 1970. */
  now: number;
  items: number;
  /** Names of the language that stay. */
  keep: readonly string[];
}

/** What the code inside sends; `flow` is the path of the flow of control, `phase` the phase that holds there. */
export type InsideMessage =
  | {
      kind: "call";
      id: number;
      path: string;
      flow: string;
      phase?: string;
      prompt: JsonValue;
      options: JsonValue;
    }
  | { kind: "workflow"; id: number; path: string; name: JsonValue; args?: JsonValue }
  | { kind: "log"; flow: string; phase?: string; text: string }
  | { kind: "phase"; flow: string; name: string }
  | { kind: "thrown"; path: string; error: Thrown }
  | { kind: "done"; value?: JsonValue }
  | { kind: "threw"; error: Thrown };

/** Something that was thrown. `code` only if it is an error of ours. */
export interface Thrown {
  message: string;
  name?: string;
  stack?: string;
  code?: string;
  /** It is the failure of a call, which is known already. */
  failure?: true;
}

/** What the code inside is told: the answer of a call, or what a called script came to. */
export type ToInside =
  | { id: number; ok: true; value: JsonValue; spent: Spent }
  | { id: number; ok: false; fault: InsideFault; spent: Spent };

/** Used so far, by kind of budget. */
export type Spent = Record<string, number>;

export interface InsideFault {
  /** `failure`: of an agent, which is `null` in `parallel` and `pipeline`. `own`: a limit, the budget, a wrong call, which never is. */
  kind: "failure" | "own";
  name: string;
  code: string;
  message: string;
  path?: string;
  label?: string;
  agent?: string;
}

/** What the budget is when a script begins. */
export interface BudgetSetup {
  unit: string;
  total: Record<string, number>;
  spent: Spent;
}

/** What the code inside gives to the engine. */
export interface InsideHandles {
  /** Runs a whole script, and tells by `done` or `threw` how it ended. */
  start(program: unknown, args: string | undefined, budget: string): void;
  /** The text is a ToInside. */
  deliver(text: string): void;
  /** Runs a script that a script called. */
  nested(id: number, program: unknown): void;
}
