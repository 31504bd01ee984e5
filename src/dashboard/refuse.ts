import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ClawflowError, type ErrorCode } from "../protocol/errors.ts";
import type { ApiError } from "./api-types.ts";

/** Codes that say more by their status than "400". */
const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  E_NOT_FOUND: 404,
  E_UNKNOWN_AGENT: 404,
  E_NOT_YOURS: 403,
  E_TOO_LARGE: 413,
  E_STATE: 422,
  E_LOCKED: 423,
  E_OWNED: 423,
  E_INTERNAL: 500,
  E_DISK: 500,
  E_DISK_FULL: 507,
};

export function statusOf(code: ErrorCode): ContentfulStatusCode {
  return STATUS[code] ?? 400;
}

/** An answer in the words of an error. What went wrong inside is nobody's business but the log's. */
export function refuse(
  c: Context,
  status: ContentfulStatusCode,
  code: ErrorCode,
  message: string,
  hint?: string,
): Response {
  const body: ApiError = { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  return c.json(body, status);
}

export function refuseError(c: Context, error: unknown): Response {
  if (!(error instanceof ClawflowError) || error.code === "E_INTERNAL")
    return refuse(c, 500, "E_INTERNAL", "the dashboard failed at this", "Its terminal says more.");
  return refuse(c, statusOf(error.code), error.code, error.message, error.detail.hint);
}
