import { setTimeout as pause } from "node:timers/promises";
import type { Host } from "../../host/host.ts";
import { ClawflowError, type ErrorCode, errorText } from "../../protocol/errors.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { againWith } from "../command-text.ts";
import { eventLines } from "../event-lines.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { isHeld, openHost } from "../open-host.ts";
import { makeOpenClawTeam } from "../openclaw-team.ts";
import { type CommonOptions, findPlace, knownAgent, type Place } from "../place.ts";
import { printJsonLine } from "../print-json.ts";
import { plainLine } from "../render/plain.ts";
import { elapsed } from "../render/time.ts";
import { stopSignal } from "../stop-signal.ts";

export interface UpOptions extends CommonOptions {
  only?: string;
  takeOver?: boolean;
  openclaw?: boolean;
}

/** A disk that is full or failed may be well again; anything else would only happen again. */
const PASSING: readonly ErrorCode[] = ["E_DISK", "E_DISK_FULL"];
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** A host that ran so long has recovered. */
const WELL = 60_000;

/** Hosts the agents until it is stopped; a host that failed by the disk is started again from the files. */
export async function upCommand(io: Io, options: UpOptions): Promise<ExitCode> {
  const place = await placeOf(io, options);
  refuseToBrains(io, place, "up");
  const only = onlyOf(place, options);
  const stop = stopSignal();
  // Without a terminal or a socket nothing else would keep the process.
  const alive = setInterval(() => {}, 2 ** 30);
  let wait = FIRST_PAUSE;
  try {
    for (let first = true; ; first = false) {
      const begun = performance.now();
      const fault = await runUntilStopped(io, place, { ...options, only, first }, stop.signal);
      if (fault === undefined) return EXIT.done;
      if (performance.now() - begun > WELL) wait = FIRST_PAUSE;
      io.err(`${plainLine(errorText(fault))}\nStarting again from the files in ${elapsed(wait)}.\n`);
      await pause(wait, undefined, { signal: stop.signal }).catch(() => {});
      // What it had not done stands in its journal yet: this is no good end.
      if (stop.signal.aborted) throw fault;
      wait = Math.min(LONGEST_PAUSE, wait * 2);
    }
  } finally {
    clearInterval(alive);
    stop.release();
  }
}

/** @throws E_USAGE for a team of one's own beside OpenClaw's */
async function placeOf(io: Io, options: UpOptions): Promise<Place> {
  if (options.openclaw !== true) return findPlace(io, options, { team: true });
  if (options.team !== undefined || options.root !== undefined) {
    throw new ClawflowError("E_USAGE", "OpenClaw's configuration says who the agents are and where", {
      at: "--openclaw",
      expected: "neither --team nor --root",
    });
  }
  const { team, root } = await makeOpenClawTeam(io);
  return findPlace(io, { ...options, team, root }, { team: true });
}

function onlyOf(place: Place, { only, agent }: UpOptions): string[] | undefined {
  if (only === undefined) return agent === undefined ? undefined : [knownAgent(place, agent)];
  const ids = only.split(",").map((id) => id.trim());
  return ids.filter((id) => id !== "").map((id) => knownAgent(place, id));
}

/** @returns the fault of the disk that ended it; `undefined`: it was stopped. @throws what would happen again */
async function runUntilStopped(
  io: Io,
  place: Place,
  {
    only,
    takeOver,
    openclaw,
    json,
    first,
  }: Omit<UpOptions, "only"> & { only: string[] | undefined; first: boolean },
  signal: AbortSignal,
): Promise<ClawflowError | undefined> {
  let host: Host;
  try {
    host = await openHost(place, { io, only, takeOver: first && takeOver === true });
  } catch (error) {
    if (first || !isPassing(error)) throw openclaw === true ? heldByGateway(error) : error;
    return error;
  }
  const { root, teamFile: team } = place;
  if (first && openclaw === true && team !== undefined)
    io.err(`Other commands find them so: ${againWith(io, ["status"], { team, root })}\n`);
  const ended = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
    host.on(({ type }) => type === "host:failed" && resolve());
  });
  if (json === true) host.on((event) => printJsonLine(io, eventJson(event)));
  else host.on(eventLines(io));
  await host.start();
  await ended;
  const { error } = host;
  await host.stop();
  if (error === undefined || isPassing(error)) return error;
  throw error;
}

/** Who runs OpenClaw's agents on this machine is as a rule the gateway, by the plugin: nobody should be told to kill it. */
function heldByGateway(error: unknown): unknown {
  if (!isHeld(error) || !/^process \d+$/.test(error.detail.found ?? "")) return error;
  return new ClawflowError(error.code, "these agents are hosted already", {
    ...error.detail,
    expected: "no plugin, and no other `clawflow up --openclaw`",
    hint:
      "With the plugin the gateway itself is that process, and no other host is needed: see `openclaw clawflow status`. " +
      "To host them from here in its place: openclaw plugins disable clawflow",
  });
}

function isPassing(error: unknown): error is ClawflowError {
  return error instanceof ClawflowError && PASSING.includes(error.code);
}

function eventJson(event: Parameters<Parameters<Host["on"]>[0]>[0]): unknown {
  return event.type === "host:failed" ? { type: event.type, error: errorText(event.error) } : event;
}
