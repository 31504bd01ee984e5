import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "hono";
import { ClawflowError } from "../protocol/errors.ts";

/** All that is served of the page, and as what. Nothing that a request names is ever part of a path. */
const FILES = {
  "index.html": "text/html; charset=utf-8",
  "app.js": "text/javascript; charset=utf-8",
  "app.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;
export type PageFile = keyof typeof FILES;

/** Where the build lays it, beside this module. */
export const PAGE_FOLDER = fileURLToPath(new URL("./page/", import.meta.url));

/** One file of the page; the browser asks each time whether it is another by now. */
export function servePage(c: Context, folder: string, name: PageFile): Response {
  const bytes = readPage(folder, name);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const headers = { "content-type": FILES[name], "cache-control": "no-cache", etag };
  if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
  return c.body(bytes, 200, headers);
}

/** @throws E_NOT_FOUND: it was not built */
export function readPage(folder: string, name: PageFile): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(join(folder, name)));
  } catch (cause) {
    throw new ClawflowError("E_NOT_FOUND", "the dashboard's page is not there", {
      at: join(folder, name),
      hint: "Build it: npm run build",
      cause,
    });
  }
}

/** For who is not let in, and where a link leads. No script, nothing of the files. */
export function plainPage(title: string, text: string, head = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${head}<title>Clawflow</title>
<link rel="stylesheet" href="/app.css">
</head>
<body><main class="plain"><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
