import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import type { Access } from "./access.ts";
import { cookieName } from "./guards.ts";
import { plainPage } from "./page-files.ts";

const AGAIN = "Run <code>clawflow dashboard</code> again: it gives a new link, and opens it.";

/** A link that works once: whoever follows it is known by a cookie from then on, and the key is in no address any more. */
export function enter(c: Context, access: Access, port: number): Response {
  const browser = access.enter(c.req.query("key") ?? "");
  if (browser === "later") {
    c.header("retry-after", "60");
    return c.html(plainPage("Too many wrong links", "Wait a minute, then ask for a new one."), 429);
  }
  if (browser === undefined) return c.html(plainPage("This link does not work (any more)", AGAIN), 403);
  setCookie(c, cookieName(port), browser, { httpOnly: true, sameSite: "Strict", path: "/" });
  // After a link on another site the browser keeps the cookie back until a page of this one asks for something.
  const site = c.req.header("sec-fetch-site") ?? "none";
  if (site === "none" || site === "same-origin") return c.redirect("/", 303);
  const head = `<meta http-equiv="refresh" content="0; url=/">\n`;
  return c.html(plainPage("Clawflow", `<a href="/">Go on</a>`, head));
}

/** What a browser sees that is not let in. */
export function notLetIn(c: Context): Response {
  return c.html(plainPage("Nobody knows this browser here", AGAIN), 401);
}
