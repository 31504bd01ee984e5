import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { Place } from "../cli/place.ts";
import { ClawflowError } from "../protocol/errors.ts";
import type { Access } from "./access.ts";
import { actFor } from "./act.ts";
import type { Changes } from "./changes.ts";
import { downloadAnswer, downloadReport, downloadRun } from "./downloads.ts";
import { enter, notLetIn } from "./enter.ts";
import { Events } from "./events.ts";
import { cookieName, knownOnly, ownOnly, programOnly, secureHeaders } from "./guards.ts";
import { Looks } from "./looks.ts";
import { makeMetrics } from "./metrics.ts";
import { servePage } from "./page-files.ts";
import { refuse, refuseError, statusOf } from "./refuse.ts";
import { readTaskFile, saveTaskFile } from "./task-file.ts";

/** What the routes work with. */
export interface Site {
  place(): Place;
  port(): number;
  access: Access;
  changes: Changes;
  version: string;
  pageFolder: string;
  /** Told of what went wrong inside. */
  onFault(error: unknown): void;
}

/** The routes of the dashboard, and what stands before them. @returns `stop` ends the streams */
export function makeApp(site: Site): { app: Hono; stop(): void } {
  const { access, changes, place, port, pageFolder } = site;
  const app = new Hono();
  const looks = new Looks(place, () => changes.version);
  const events = new Events(changes, () => ({ version: site.version, root: place().root }));
  const known = knownOnly(access, port);

  app.use(secureHeaders, ownOnly(port));
  app.onError((error, c) => {
    if (!(error instanceof ClawflowError) || error.code === "E_INTERNAL") site.onFault(error);
    return refuseError(c, error);
  });
  app.notFound((c) => refuse(c, 404, "E_NOT_FOUND", "there is nothing here"));

  app.get("/enter", (c) => enter(c, access, port()));
  app.get("/app.css", (c) => servePage(c, pageFolder, "app.css"));
  app.get("/icon.svg", (c) => servePage(c, pageFolder, "icon.svg"));
  app.post("/api/link", programOnly(access, "link"), (c) => c.json({ key: access.newLink() }));
  app.get("/metrics", programOnly(access, "metrics"), makeMetrics(place));
  app.get("/", (c) =>
    access.isBrowser(getCookie(c, cookieName(port()))) ? servePage(c, pageFolder, "index.html") : notLetIn(c),
  );

  app.use(known);
  app.get("/app.js", (c) => servePage(c, pageFolder, "app.js"));
  app.get("/api/events", (c) => events.respond(c));
  app.get("/api/look/:command/:words{.+}?", async (c) => {
    const words = wordsOf(c.req.url);
    const looked = await looks.look(c.req.param("command"), words, optionsOf(c.req.queries()));
    if ("error" in looked) {
      const { code, message, hint } = looked.error;
      return refuse(c, statusOf(code), code, message, hint);
    }
    const { body, etag } = looked;
    const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache", etag };
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
    return c.body(body, 200, headers);
  });
  app.post("/api/act/:command", async (c) => {
    const response = await actFor(c, place(), c.req.param("command"));
    changes.note([]);
    return response;
  });
  app.get("/api/task-file/:agent/:task", (c) => {
    const { agent, task } = c.req.param();
    return readTaskFile(c, place(), agent, task);
  });
  app.put("/api/task-file/:agent/:task", async (c) => {
    const { agent, task } = c.req.param();
    const response = await saveTaskFile(c, place(), agent, task);
    changes.note([agent]);
    return response;
  });
  app.get("/api/download/answer/:agent/:task", (c) => {
    const { agent, task } = c.req.param();
    return downloadAnswer(c, place(), agent, task);
  });
  app.get("/api/download/report/:agent/:task", (c) => {
    const { agent, task } = c.req.param();
    return downloadReport(c, place(), agent, task);
  });
  app.get("/api/download/run/:agent/:task", (c) => {
    const { agent, task } = c.req.param();
    return downloadRun(c, place(), agent, task);
  });
  return { app, stop: () => events.stop() };
}

/** The words after `/api/look/<command>`, of which each may hold a `/` of its own. @throws E_USAGE */
function wordsOf(url: string): string[] {
  const path = new URL(url).pathname;
  try {
    return path
      .split("/")
      .slice(4)
      .filter((word) => word !== "")
      .map(decodeURIComponent);
  } catch {
    throw new ClawflowError("E_USAGE", "not a path", { found: path });
  }
}

/** @throws E_USAGE for one that is given twice */
function optionsOf(queries: Record<string, string[]>): Record<string, string | boolean> {
  const options = Object.entries(queries).map(([name, values]): [string, string | boolean] => {
    const [value = ""] = values;
    if (values.length > 1 || !/^[a-z][a-z-]{0,40}$/.test(name))
      throw new ClawflowError("E_USAGE", "not an option", { found: JSON.stringify(name) });
    return [name, value === "" ? true : value];
  });
  return Object.fromEntries(options);
}
