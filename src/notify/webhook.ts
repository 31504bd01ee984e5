import { createHmac } from "node:crypto";
import { jsonBody } from "./json-body.ts";
import { DeadEnd, type Delivers } from "./types.ts";

/** Of an answer that says no, so much is read to say why. */
const MOST_ANSWER = 300;

/**
 * Posts a message. It has arrived when the answer is 2xx. No redirect is followed: a signed message goes where the rule says and nowhere
 * else.
 *
 * @param env where the keys are
 */
export function webhookDelivery(
  env: Readonly<Record<string, string | undefined>>,
  now: () => number,
): NonNullable<Delivers["webhook"]> {
  return async ({ webhook, secret }, notification, signal) => {
    const key = secret === undefined ? undefined : env[secret];
    if (secret !== undefined && !key) throw new DeadEnd(`the environment has no ${secret} to sign with`);
    const body = jsonBody(notification);
    const timestamp = String(Math.floor(now() / 1000));
    const headers: Record<string, string> = {
      "content-type": "application/json",
      "user-agent": "clawflow",
      "clawflow-message": notification.id,
      "clawflow-timestamp": timestamp,
    };
    if (key) headers["clawflow-signature"] = `sha256=${signatureOf(key, timestamp, body)}`;
    const response = await post(webhook, { method: "POST", headers, body, redirect: "manual", signal });
    if (response.ok) return await response.body?.cancel();
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status}: it redirects elsewhere, which is not followed`);
    }
    throw new Error(`HTTP ${response.status}${await beginningOf(response)}`);
  };
}

/** HMAC-SHA256 over `<timestamp>.<body>`, in hex. */
export function signatureOf(key: string, timestamp: string, body: string): string {
  return createHmac("sha256", key).update(`${timestamp}.${body}`).digest("hex");
}

async function post(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    request.signal?.throwIfAborted();
    // fetch says no more than that it failed; why is below.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const text = cause instanceof Error ? cause.message || code : String(cause);
    throw new Error(text === "" ? "it cannot be reached" : text);
  }
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  try {
    const { value } = await reader.read();
    const text = Buffer.from(value ?? [])
      .toString("utf8")
      .slice(0, MOST_ANSWER);
    const line = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
    return line === "" ? "" : `: ${line}`;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
