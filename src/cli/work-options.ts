import type { Work } from "../host/submit.ts";
import { parseDuration } from "../protocol/duration.ts";
import { ClawflowError } from "../protocol/errors.ts";

/** What `run` and `send` take beside the instructions. */
export interface WorkOptions {
  title?: string;
  tasks?: string;
  tokens?: string;
  usd?: string;
  onFailure?: string;
  maxAttempts?: string;
  approval?: string;
}

/** @throws E_USAGE that names the option */
export function workOf(instructions: string, options: WorkOptions): Work {
  const budget = {
    ...amount("tasks", options.tasks, true),
    ...amount("tokens", options.tokens, true),
    ...amount("usd", options.usd, false),
  };
  const policy = {
    ...failurePolicy(options.onFailure),
    ...attempts(options.maxAttempts),
    ...approval(options.approval),
  };
  return {
    instructions,
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(Object.keys(budget).length === 0 ? {} : { budget }),
    ...(Object.keys(policy).length === 0 ? {} : { policy }),
  };
}

/** Milliseconds of `--timeout`; `undefined` without it. */
export function timeoutOf(timeout: string | undefined): number | undefined {
  return timeout === undefined ? undefined : parseDuration(timeout, "--timeout", "E_USAGE");
}

function amount<K extends string>(
  kind: K,
  text: string | undefined,
  whole: boolean,
): { [key in K]?: number } {
  if (text === undefined) return {};
  const value = Number(text);
  const isValid =
    text.trim() !== "" && Number.isFinite(value) && value > 0 && (!whole || Number.isInteger(value));
  if (isValid) return { [kind]: value } as { [key in K]: number };
  throw new ClawflowError("E_USAGE", "not an amount", {
    at: `--${kind}`,
    expected: whole ? "a whole number above 0" : "a number above 0",
    found: JSON.stringify(text),
  });
}

function failurePolicy(text: string | undefined): { on_failure?: "fail-fast" | "continue" } {
  if (text === undefined) return {};
  if (text === "fail-fast" || text === "continue") return { on_failure: text };
  throw new ClawflowError("E_USAGE", "not a failure policy", {
    at: "--on-failure",
    expected: "fail-fast or continue",
    found: JSON.stringify(text),
  });
}

function attempts(text: string | undefined): { max_attempts?: number } {
  if (text === undefined) return {};
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100) return { max_attempts: value };
  throw new ClawflowError("E_USAGE", "not a number of attempts", {
    at: "--max-attempts",
    expected: "1 to 100",
    found: JSON.stringify(text),
  });
}

function approval(text: string | undefined): { approval?: "never" | "always" | "first" } {
  if (text === undefined) return {};
  if (text === "never" || text === "always" || text === "first") return { approval: text };
  throw new ClawflowError("E_USAGE", "not a policy of approvals", {
    at: "--approval",
    expected: "always, first or never",
    found: JSON.stringify(text),
  });
}
