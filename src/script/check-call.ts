import { parseDuration } from "../protocol/duration.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { nearest } from "../protocol/nearest.ts";
import { foundText, isPlainObject } from "../protocol/plain-value.ts";
import { wellFormed } from "../protocol/well-formed.ts";
import { checkSchema } from "./check-schema.ts";
import { LARGEST } from "./limits.ts";
import type { CallOptions } from "./types.ts";

const OPTIONS = ["agent", "schema", "label", "phase", "timeout", "attempts", "model"] as const;
const EXAMPLE = `agent("Read src/a.ts and list its exports", {agent: "reader", timeout: "5m"})`;

/**
 * The prompt and options of `agent()`, as files keep them: an agent is asked, and a run is compared with the one before, by what stands there.
 *
 * @param agents who may be asked, where that is known
 * @throws E_SCRIPT, E_UNKNOWN_AGENT that say what was expected, with an example
 */
export function checkCall(
  prompt: unknown,
  options: unknown,
  agents: readonly string[] | undefined,
): CallOptions & { prompt: string } {
  if (typeof prompt !== "string" || prompt.trim() === "") fail("agent() prompt", "a text", prompt);
  if (prompt.length > LARGEST.prompt)
    fail("agent() prompt", `at most ${LARGEST.prompt} characters`, prompt.length);
  const checked: CallOptions & { prompt: string } = { prompt: wellFormed(prompt) };
  if (options === null) return checked;
  if (!isPlainObject(options)) fail("agent() options", "an object", options);
  for (const key of Object.keys(options)) {
    if ((OPTIONS as readonly string[]).includes(key)) continue;
    const meant = nearest(key, OPTIONS);
    const expected =
      meant === undefined ? `one of ${OPTIONS.join(", ")}` : `${meant}, or another of ${OPTIONS.join(", ")}`;
    fail(`agent() option ${key}`, expected, key, "an unknown option");
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
  for (const key of ["label", "phase", "model"] as const) {
    if (given[key] !== undefined) checked[key] = name(given[key], `agent() option ${key}`);
  }
  if (given.agent !== undefined) checked.agent = agentName(given.agent, agents);
  if (given.timeout !== undefined) checked.timeout = milliseconds(given.timeout);
  if (given.attempts !== undefined) checked.attempts = attempts(given.attempts);
  if (given.schema !== undefined) checked.schema = checkSchema(given.schema);
  return checked;
}

export function checkWorkflowName(value: unknown): string {
  return name(value, "workflow() name", `workflow("audit-routes", {folder: "src"})`);
}

function name(value: unknown, at: string, example = EXAMPLE): string {
  if (typeof value === "string" && value !== "" && value.length <= LARGEST.name) return wellFormed(value);
  return fail(at, `a text of at most ${LARGEST.name} characters`, value, "not a name", example);
}

function agentName(value: unknown, agents: readonly string[] | undefined): string {
  const agent = name(value, "agent() option agent");
  if (agents === undefined || agents.includes(agent)) return agent;
  const meant = nearest(agent, agents);
  const example =
    agents.length === 0
      ? 'agent("Read src/a.ts")'
      : `agent("Read src/a.ts", {agent: "${meant ?? agents[0]}"})`;
  throw new ClawflowError("E_UNKNOWN_AGENT", "no agent that this script may ask", {
    at: "agent() option agent",
    expected:
      agents.length === 0
        ? "no agent: leave it out to ask the owner's own brain"
        : `one of ${agents.join(", ")}`,
    found: agent,
    hint: `${meant === undefined ? "" : `Is ${meant} meant? `}Example: ${example}`,
  });
}

function milliseconds(value: unknown): number {
  const at = "agent() option timeout";
  if (typeof value === "number" && value > 0 && value <= 1e9) return Math.ceil(value * 1000);
  if (typeof value === "string") {
    const ms = parseDuration(value, at, "E_SCRIPT");
    if (ms > 0) return ms;
  }
  return fail(at, `a time such as "90s" or "5m", or seconds as a number`, value);
}

function attempts(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100) return value as number;
  return fail("agent() option attempts", "a whole number from 1 to 100", value);
}

function fail(
  at: string,
  expected: string,
  found: unknown,
  summary = "a wrong call",
  example = EXAMPLE,
): never {
  throw new ClawflowError("E_SCRIPT", summary, {
    at,
    expected,
    found: foundText(found),
    hint: `Example: ${example}`,
  });
}
