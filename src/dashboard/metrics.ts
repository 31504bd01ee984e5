import { readFileSync, writeFileSync } from "node:fs";
import type { Context } from "hono";
import type { Place } from "../cli/place.ts";
import { viewPlace } from "../cli/view-place.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { errorCode } from "../store/disk-error.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { newSecret } from "./secrets.ts";

/** What is sent as a bearer token, as it stands in the file. */
const SECRET = /^[\w-]{20,200}$/;

/** The secret in a file; where there is none it is made, readable by its owner alone. @throws E_CONFIG for what is no secret */
export function metricsSecret(path: string): string {
  const found = readSecret(path);
  if (found !== undefined) {
    const secret = found.trim();
    if (SECRET.test(secret)) return secret;
    throw new ClawflowError("E_CONFIG", "the file holds no secret", {
      at: path,
      expected: "20 to 200 of A-Z a-z 0-9 _ -, or no file: it is made",
    });
  }
  const secret = newSecret();
  writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: "wx" });
  return secret;
}

/** The figures, found out when they are asked for; loaded then as well. */
export function makeMetrics(place: () => Place): (c: Context) => Promise<Response> {
  let metrics: Metrics | undefined;
  return async (c) => {
    metrics ??= (await import("../telemetry/metrics.ts")).openMetrics();
    const text = await metrics.text(viewPlace(place()), Date.now());
    return c.body(text, 200, { "content-type": metrics.contentType });
  };
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
