import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Access } from "./access.ts";
import { refuse } from "./refuse.ts";

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CSP,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/** On every answer, whatever it is. */
export const secureHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
};

const METHODS = ["GET", "POST", "PUT"];

/**
 * Only what is meant for this server, and comes from its own page or from somebody's hand: a name that was bent to this address has
 * another Host, and the page of another server another Origin.
 */
export function ownOnly(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const { method } = c.req;
    if (!METHODS.includes(method)) return refuse(c, 405, "E_USAGE", "not a method of this server");
    // Browsers leave out the port that every server has.
    const at = port() === 80 ? "" : `:${port()}`;
    const hosts = [`127.0.0.1${at}`, `localhost${at}`];
    const host = c.req.header("host") ?? "";
    // Of a request for a whole address, as proxies get it, that says the name too.
    if (!hosts.includes(host) || new URL(c.req.url).host !== host) {
      const hint = `Open it as http://${hosts[0]}, also through a tunnel.`;
      return refuse(c, 421, "E_NOT_YOURS", "this server has another name", hint);
    }
    if (!isFromHere(c, `http://${host}`))
      return refuse(c, 403, "E_NOT_YOURS", "another site may not ask this of the dashboard");
    return next();
  };
}

function isFromHere(c: Context, own: string): boolean {
  const origin = c.req.header("origin");
  const site = c.req.header("sec-fetch-site");
  if (origin !== undefined && origin !== own) return false;
  // Every browser says with these where they come from; a program shows by its secret that it is none.
  if (c.req.method !== "GET") return origin === own || c.req.header("authorization") !== undefined;
  if (site === undefined || site === "same-origin" || site === "none") return true;
  // A link may be followed from anywhere, but by a person alone: not by an image, a script or a frame.
  return isFollowed(c) && (c.req.path === "/enter" || c.req.path === "/");
}

function isFollowed(c: Context): boolean {
  return c.req.header("sec-fetch-mode") === "navigate" && c.req.header("sec-fetch-dest") === "document";
}

/** Cookies know no ports: with another name for each, several dashboards leave each other alone. */
export function cookieName(port: number): string {
  return `clawflow-${port}`;
}

export const TO_GET_IN = "Run `clawflow dashboard` again: it gives a new link.";

/** Only browsers that came by a link. */
export function knownOnly(access: Access, port: () => number): MiddlewareHandler {
  return async (c, next) => {
    if (access.isBrowser(getCookie(c, cookieName(port())))) return next();
    return refuse(c, 401, "E_NOT_YOURS", "this browser is not let in, or not any more", TO_GET_IN);
  };
}

/** Only a program with the secret for this. */
export function programOnly(access: Access, purpose: Parameters<Access["isProgram"]>[0]): MiddlewareHandler {
  return async (c, next) => {
    const is = access.isProgram(purpose, c.req.header("authorization"));
    if (is === true) return next();
    if (is === "later") return tooOften(c);
    return refuse(c, 401, "E_NOT_YOURS", "not the secret for this");
  };
}

export function tooOften(c: Context): Response {
  c.header("retry-after", "60");
  return refuse(c, 429, "E_LIMIT", "too many wrong secrets", "Wait a minute.");
}
