import { z } from "zod";
import { count, jsonIn, linesIn, sum, type Used, usedOf } from "./preset-json.ts";

/** What a known program said in its output form. */
export type ReadAnswer = (
  | { text: string }
  | {
      error: string;
      /** It passes by itself, though its text does not say so plainly. */
      passing?: true;
    }
) &
  Used;

const claudeSchema = z.looseObject({
  type: z.literal("result"),
  subtype: z.string().optional().catch(undefined),
  is_error: z.boolean().optional().catch(undefined),
  result: z.string().optional().catch(undefined),
  total_cost_usd: count,
  usage: z
    .looseObject({
      input_tokens: count,
      cache_creation_input_tokens: count,
      cache_read_input_tokens: count,
      output_tokens: count,
    })
    .optional()
    .catch(undefined),
});

/** `claude -p --output-format json`: one object of type `result`; the last element of a list when it is verbose. */
export function parseClaude(stdout: string): ReadAnswer | undefined {
  const found = jsonIn(stdout);
  const parsed = claudeSchema.safeParse(Array.isArray(found) ? found.at(-1) : found);
  if (!parsed.success) return undefined;
  const { subtype, is_error, result, total_cost_usd: usd, usage } = parsed.data;
  const used = usedOf({
    tokens: sum(
      usage?.input_tokens,
      usage?.cache_creation_input_tokens,
      usage?.cache_read_input_tokens,
      usage?.output_tokens,
    ),
    usd,
  });
  if (is_error === true || result === undefined) return { error: result ?? subtype ?? "no result", ...used };
  return { text: result, ...used };
}

const messageSchema = z.looseObject({ message: z.string() });
const codexSchema = z.looseObject({
  type: z.string(),
  item: z
    .looseObject({ type: z.string(), text: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  usage: z.looseObject({ input_tokens: count, output_tokens: count }).optional().catch(undefined),
  error: messageSchema.optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/** `codex exec --json`: a line an event; the last agent message is the answer, cached input is part of its input. */
export function parseCodex(stdout: string): ReadAnswer | undefined {
  const events = linesIn(stdout, codexSchema);
  if (events.length === 0) return undefined;
  const used = usedOf({
    tokens: sum(...events.flatMap(({ usage }) => [usage?.input_tokens, usage?.output_tokens])),
  });
  const failed = events.findLast(({ type }) => type === "turn.failed");
  if (failed !== undefined) return { error: failed.error?.message ?? "the turn failed", ...used };
  const text = events.findLast(
    ({ type, item }) => type === "item.completed" && item?.type === "agent_message",
  )?.item?.text;
  // An `error` event alone may be of a connection that was taken up again.
  if (text !== undefined) return { text, ...used };
  return { error: events.findLast(({ type }) => type === "error")?.message ?? "no answer", ...used };
}

const geminiSchema = z.looseObject({
  response: z.string().optional().catch(undefined),
  error: messageSchema.optional().catch(undefined),
  stats: z
    .looseObject({
      models: z.record(z.string(), z.looseObject({ tokens: z.looseObject({ total: count }) })),
    })
    .optional()
    .catch(undefined),
});

/** `gemini --output-format json`: one object with `response` or `error`; usage by model. */
export function parseGemini(stdout: string): ReadAnswer | undefined {
  const parsed = geminiSchema.safeParse(jsonIn(stdout));
  if (!parsed.success) return undefined;
  const { response, error, stats } = parsed.data;
  const used = usedOf({
    tokens: sum(...Object.values(stats?.models ?? {}).map(({ tokens }) => tokens.total)),
  });
  if (error !== undefined) return { error: error.message, ...used };
  return response === undefined ? undefined : { text: response, ...used };
}

const opencodeSchema = z.looseObject({
  type: z.string(),
  part: z
    .looseObject({
      text: z.string().optional().catch(undefined),
      messageID: z.string().optional().catch(undefined),
      cost: count,
      tokens: z
        .looseObject({
          input: count,
          output: count,
          reasoning: count,
          cache: z.looseObject({ read: count, write: count }).optional().catch(undefined),
        })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
  error: z
    .looseObject({
      name: z.string().optional().catch(undefined),
      data: messageSchema.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** `opencode run --format json`: a line an event; the texts of the last message are the answer. */
export function parseOpencode(stdout: string): ReadAnswer | undefined {
  const events = linesIn(stdout, opencodeSchema);
  if (events.length === 0) return undefined;
  const steps = events.flatMap(({ type, part }) => (type === "step_finish" && part ? [part] : []));
  const used = usedOf({
    tokens: sum(
      ...steps.flatMap(({ tokens }) => [
        tokens?.input,
        tokens?.output,
        tokens?.reasoning,
        tokens?.cache?.read,
        tokens?.cache?.write,
      ]),
    ),
    usd: sum(...steps.map(({ cost }) => cost)),
  });
  const failed = events.findLast(({ type }) => type === "error");
  if (failed !== undefined) {
    return { error: failed.error?.data?.message ?? failed.error?.name ?? "an error", ...used };
  }
  const texts = events.flatMap(({ type, part }) => (type === "text" && part ? [part] : []));
  const last = texts.at(-1)?.messageID;
  if (texts.length === 0) return { error: "no answer", ...used };
  return {
    text: texts.flatMap((part) => (part.messageID === last ? [part.text ?? ""] : [])).join("\n"),
    ...used,
  };
}

const openClawSchema = z.looseObject({
  status: z.string(),
  error: z.string().optional().catch(undefined),
  result: z
    .looseObject({
      payloads: z.array(z.looseObject({ text: z.string().nullish().catch(undefined) })).catch([]),
      meta: z
        .looseObject({
          costUsd: count,
          aborted: z.boolean().optional().catch(undefined),
          agentMeta: z
            .looseObject({ usage: z.looseObject({ total: count, input: count, output: count }).optional() })
            .optional()
            .catch(undefined),
        })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
const openClawErrorSchema = z.looseObject({ ok: z.literal(false), error: messageSchema });

/** What it says while the gateway is being started, changed or stopped. */
const GATEWAY_AWAY =
  /\bnot reachable\b|\bECONNREFUSED\b|\bdraining\b|\bUNAVAILABLE\b|\bclosed the connection\b/i;

/** `openclaw agent --json`: the response of the gateway's method `agent`, or why there is none. */
export function parseOpenClaw(stdout: string): ReadAnswer | undefined {
  const found = jsonIn(stdout);
  const failed = openClawErrorSchema.safeParse(found);
  if (failed.success) {
    const { message } = failed.data.error;
    return { error: message, ...(GATEWAY_AWAY.test(message) ? { passing: true as const } : {}) };
  }
  const parsed = openClawSchema.safeParse(found);
  if (!parsed.success) return undefined;
  const { status, error, result } = parsed.data;
  const { total, input, output } = result?.meta?.agentMeta?.usage ?? {};
  const used = usedOf({ tokens: total ?? sum(input, output), usd: result?.meta?.costUsd });
  const text = (result?.payloads ?? [])
    .map((payload) => payload.text ?? "")
    .filter((part) => part !== "")
    .join("\n\n");
  if (status === "ok" && result?.meta?.aborted !== true && text !== "") return { text, ...used };
  return { error: error ?? (text || `the turn ended with ${status} and no text`), ...used };
}
