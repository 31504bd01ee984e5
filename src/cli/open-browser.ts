import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Io } from "./io.ts";

/** What opens a file, by the system. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** A browser has read it by then, milliseconds. */
const READ_WITHIN = 30_000;

/**
 * Opens an address in the person's browser, where there is a screen. The address holds a secret, and everybody on the machine sees the
 * words that a process is started with: so the browser is given a file that its owner alone can read, which leads there.
 *
 * @returns what removes the file at once; `undefined`: there is no screen
 */
export function openBrowser(io: Io, address: string): (() => void) | undefined {
  const { DISPLAY, WAYLAND_DISPLAY } = io.env;
  const opener = OPENERS[process.platform] ?? (DISPLAY || WAYLAND_DISPLAY ? ["xdg-open"] : []);
  const [program, ...words] = opener;
  if (program === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "clawflow-"));
  const file = join(folder, "open.html");
  writeFileSync(file, leadsTo(address), { mode: 0o600 });
  const opening = spawn(program, [...words, pathToFileURL(file).href], { stdio: "ignore", detached: true });
  // There is no such program: the address is printed as well.
  opening.on("error", () => {});
  opening.unref();
  const remove = () => rmSync(folder, { recursive: true, force: true });
  setTimeout(remove, READ_WITHIN).unref();
  return remove;
}

function leadsTo(address: string): string {
  return `<!doctype html>
<meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${address}">
<title>Clawflow</title>
<a href="${address}">Go on</a>
`;
}
