import type { Amounts } from "../protocol/amounts.ts";
import type { ErrorCode } from "../protocol/errors.ts";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonSchema = { [key: string]: JsonValue } | boolean;

/** The options of `agent()` as they were checked. */
export interface CallOptions {
  /** The agent that is asked; without it the owner's own brain is. */
  agent?: string;
  /** The JSON Schema (2020-12) that the answer has to fit. */
  schema?: JsonSchema;
  label?: string;
  phase?: string;
  /** Milliseconds. */
  timeout?: number;
  /** How often it is tried, the first time included. */
  attempts?: number;
  model?: string;
}

/** One question of a script. */
export interface CallRequest extends CallOptions {
  /** Its place in the flow of control, the same in every run: `pipeline#0[3].stage1/agent#0`. */
  path: string;
  /** 1; 2 and 3 ask the same agent again, because what it answered did not fit the schema. */
  round: number;
  /** The instructions, unchanged. */
  prompt: string;
  /** From the second round on: what was answered, and what is wrong with it. */
  fault?: { answer: string; problem: string };
  /** Hash of the options that can change the answer: all but label and phase. */
  optionHash: string;
}

/** What became of a question. `used` is what it cost, wherever that is known. */
export type CallResult =
  | { status: "done"; text: string; used?: Amounts }
  /** The agent failed, or could not be reached: `null` in `parallel` and `pipeline`. */
  | { status: "failed"; code: ErrorCode; reason: string; used?: Amounts }
  /** A limit or the budget of the task is met, or the call is wrong: never turned into `null`. */
  | { status: "refused"; code: ErrorCode; reason: string; used?: Amounts };

/** What failed on the way, whatever the script made of it. */
export interface CallFailure {
  path: string;
  code: ErrorCode;
  reason: string;
  agent?: string;
  label?: string;
  /** In the script, for what its own code threw. */
  line?: number;
  column?: number;
}

/** A call that was answered, each time with what its schema does not allow. */
export interface UnfitCall {
  path: string;
  /** The last. */
  round: number;
  code: ErrorCode;
  reason: string;
}

/** Why a script did not come to a result. */
export interface ScriptError {
  code: ErrorCode;
  message: string;
  /** Of the script, or of the one that it called. */
  script?: string;
  line?: number;
  column?: number;
}

/** A place at which a script that is unchanged does something else than before. */
export interface Divergence {
  path: string;
  what: string;
}
