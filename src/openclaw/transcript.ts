import type { Outcome } from "../protocol/outcome.ts";
import { isPlainObject } from "../protocol/plain-value.ts";
import { isAnswerTool, outcomeOfCall } from "./open-turns.ts";
import type { SubagentRuntime } from "./types.ts";

/** What the messages of one run in its session's transcript come to. */
export interface RunRecord {
  /** What the agent said by one of our tools: its first call of the right form. */
  called?: Outcome;
  /** Its last text, if nothing was called after it: with that the run ended by itself. */
  said?: string;
  used?: { tokens: number; usd: number };
}

/** More than a turn has, by far; OpenClaw gives no more than its own limit. */
const MOST_MESSAGES = 1000;

/** The messages of a session; of one that is not there, or cannot be read, none. */
export async function readTranscript(
  subagent: Pick<SubagentRuntime, "getSessionMessages">,
  sessionKey: string,
): Promise<readonly unknown[]> {
  try {
    return (await subagent.getSessionMessages({ sessionKey, limit: MOST_MESSAGES })).messages;
  } catch {
    return [];
  }
}

/** The last run whose id begins so and that came to an answer. */
export function answeredRun(
  messages: readonly unknown[],
  prefix: string,
): { runId: string; record: RunRecord } | undefined {
  const ids = messages
    .map((message) => (isPlainObject(message) ? runOf(message) : undefined))
    .filter((id) => typeof id === "string" && id.startsWith(prefix)) as string[];
  for (const runId of [...new Set(ids)].reverse()) {
    const record = recordOf(messages, runId);
    if (record.called !== undefined || record.said !== undefined) return { runId, record };
  }
  return undefined;
}

/** @param messages as OpenClaw keeps them; those of other runs, and of people, are passed over. */
export function recordOf(messages: readonly unknown[], runId: string): RunRecord {
  const record: RunRecord = {};
  for (const message of messages) {
    if (!isPlainObject(message) || message.role !== "assistant" || runOf(message) !== runId) continue;
    const parts = Array.isArray(message.content) ? message.content.filter(isPlainObject) : [];
    const calls = parts.filter(({ type }) => type === "toolCall");
    const text = parts.map((part) => (typeof part.text === "string" ? part.text : "")).join("");
    delete record.said;
    if (calls.length === 0 && message.stopReason === "stop" && text.trim() !== "") record.said = text;
    for (const { name, arguments: given } of calls) {
      const called = record.called ?? outcomeOf(name, given);
      if (called !== undefined) record.called = called;
    }
    const used = usedBy(message.usage);
    if (used !== undefined) {
      const { tokens = 0, usd = 0 } = record.used ?? {};
      record.used = { tokens: tokens + used.tokens, usd: rounded(usd + used.usd) };
    }
  }
  return record;
}

function runOf({ __openclaw: own }: Record<string, unknown>): unknown {
  return isPlainObject(own) ? own.runId : undefined;
}

/** A call of another form was told so, and says nothing. */
function outcomeOf(name: unknown, given: unknown): Outcome | undefined {
  if (!isAnswerTool(name)) return undefined;
  try {
    return outcomeOfCall(name, given);
  } catch {
    return undefined;
  }
}

function usedBy(usage: unknown): { tokens: number; usd: number } | undefined {
  if (!isPlainObject(usage)) return undefined;
  const cost = isPlainObject(usage.cost) ? usage.cost : {};
  return { tokens: amount(usage.totalTokens), usd: amount(cost.total) };
}

/** A sum of fractions, without what adding them as binary numbers leaves behind. */
function rounded(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}

function amount(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
