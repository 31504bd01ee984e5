import type { Context } from "hono";
import type { z } from "zod";
import { checkShape } from "../protocol/check-shape.ts";
import { ClawflowError } from "../protocol/errors.ts";

/**
 * The body of a request as the value that it must be. A form of another site can send neither this content type nor JSON.
 * @throws E_USAGE, E_TOO_LARGE, E_JSON, E_FIELD
 */
export async function readJson<T>(c: Context, shape: z.ZodType<T>, most: number): Promise<T> {
  const type = (c.req.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new ClawflowError("E_USAGE", "not a body that is taken here", {
      at: "content-type",
      expected: "application/json",
      found: JSON.stringify(type),
    });
  }
  const bytes = await readBytes(c, most);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ClawflowError("E_JSON", "the body is no JSON", { cause });
  }
  return checkShape(shape, value, "E_USAGE");
}

/** Stops reading where it is too much, whatever the header said. */
async function readBytes(c: Context, most: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new ClawflowError("E_TOO_LARGE", "the body is too large", { expected: `at most ${most} bytes` });
  if (Number(c.req.header("content-length") ?? 0) > most) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > most) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}
