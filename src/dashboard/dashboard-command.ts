import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { refuseToBrains } from "../cli/brain-caller.ts";
import { EXIT, type ExitCode } from "../cli/exit-code.ts";
import type { Io } from "../cli/io.ts";
import { dashboardShape } from "../cli/json-shapes.ts";
import { openBrowser } from "../cli/open-browser.ts";
import type { CommonOptions } from "../cli/place.ts";
import { printJson } from "../cli/print-json.ts";
import { plain } from "../cli/render/plain.ts";
import { stopSignal } from "../cli/stop-signal.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { errorCode } from "../store/disk-error.ts";
import { livePlace } from "./live-place.ts";
import { metricsSecret } from "./metrics.ts";
import { PAGE_FOLDER, readPage } from "./page-files.ts";
import { forgetRunning, linkOfRunning, noteRunning } from "./running.ts";
import { newSecret } from "./secrets.ts";
import { type Dashboard, type StartOptions, startDashboard } from "./start-dashboard.ts";

export interface DashboardOptions extends CommonOptions {
  port?: string;
  open?: boolean;
  metrics?: string;
}

/** Where it listens when nobody said where; where that is taken, anywhere. */
const PORT = 7433;
/** A command that ends waits so long for the browser to have begun, milliseconds. */
const OPENED_WITHIN = 3_000;

/** Serves the page until it is stopped; where one is served for this root already, gives a link to that one. */
export async function dashboardCommand(io: Io, options: DashboardOptions): Promise<ExitCode> {
  const port = portOf(options.port);
  const place = livePlace(io, options);
  const home = place();
  refuseToBrains(io, home, "dashboard");
  const running = await linkOfRunning(home);
  if (running !== undefined) {
    const remove = showLink(io, running, options);
    if (remove !== undefined) await pause(OPENED_WITHIN).then(remove);
    return EXIT.done;
  }
  readPage(PAGE_FOLDER, "index.html");
  const metrics = options.metrics === undefined ? undefined : metricsSecret(resolve(io.cwd, options.metrics));
  const stop = stopSignal();
  const onFault = (error: unknown) => io.err(`${plain(stackOf(error))}\n`);
  const dashboard = await startSomewhere({ place, version: ownVersion(), onFault }, port);
  const secret = newSecret();
  dashboard.access.letProgram("link", secret);
  if (metrics !== undefined) dashboard.access.letProgram("metrics", metrics);
  let unnote = () => {};
  try {
    unnote = await noteRunning(home, { pid: process.pid, port: dashboard.port, secret });
    await giveLinks(io, dashboard, options, stop.signal);
  } finally {
    unnote();
    forgetRunning(home, secret);
    await dashboard.stop();
    stop.release();
  }
  return EXIT.done;
}

/** Until it is stopped. In a terminal, Enter gives another link. */
async function giveLinks(
  io: Io,
  dashboard: Dashboard,
  options: DashboardOptions,
  signal: AbortSignal,
): Promise<void> {
  let remove = showLink(io, dashboard.newLink(), options);
  const again = () => {
    remove?.();
    remove = showLink(io, dashboard.newLink(), { ...options, open: false });
  };
  const { stdin } = process;
  const listens = stdin.isTTY === true && io.terminal.out;
  if (listens) {
    io.err("Enter gives another link, Ctrl-C ends it.\n");
    stdin.on("data", again);
  }
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  remove?.();
  if (listens) {
    stdin.off("data", again);
    stdin.pause();
  }
}

/** @returns what removes what the browser was given to read */
function showLink(io: Io, url: string, { json, open }: DashboardOptions): (() => void) | undefined {
  if (json === true) printJson(io, dashboardShape, { url });
  else io.out(`${url}\n`);
  return open === false || !io.terminal.out ? undefined : openBrowser(io, url);
}

async function startSomewhere(
  options: Omit<StartOptions, "port">,
  port: number | undefined,
): Promise<Dashboard> {
  try {
    return await startDashboard({ ...options, port: port ?? PORT });
  } catch (error) {
    const cause = error instanceof ClawflowError ? error.detail.cause : undefined;
    if (port !== undefined || errorCode(cause) !== "EADDRINUSE") throw error;
    return await startDashboard({ ...options, port: 0 });
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new ClawflowError("E_USAGE", "not a port", {
    at: "--port",
    expected: "0 to 65535; 0: any that is free",
    found: JSON.stringify(text),
  });
}

function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
