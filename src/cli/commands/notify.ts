import { join } from "node:path";
import { messageId } from "../../notify/message.ts";
import { readDeadNotifications } from "../../notify/notify-log.ts";
import { type Delivers, deliverBy, targetText } from "../../notify/types.ts";
import { parseDuration } from "../../protocol/duration.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import type { Notification, NotifyTarget } from "../../protocol/notify.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { notifyDeadShape, notifyRetriedShape, notifyShape, notifyTestShape } from "../json-shapes.ts";
import { notifyFolders, placesHere, readDeliveries } from "../notify-places.ts";
import { type CommonOptions, findPlace, type Place } from "../place.ts";
import { printJson } from "../print-json.ts";
import { plainLine } from "../render/plain.ts";
import { ago } from "../render/time.ts";

const MOST_SHOWN = 20;
const PATIENCE = 10_000;

/** What people were told and where, what could not be told, that again, and whether a place can be reached at all. */
export async function notifyCommand(
  io: Io,
  action: string,
  what: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  switch (action) {
    case "list":
      listDeliveries(io, place, options);
      return EXIT.done;
    case "dead":
      listDead(io, place, options);
      return EXIT.done;
    case "retry":
      refuseToBrains(io, place, "notify retry");
      retry(io, place, what, options);
      return EXIT.done;
    case "test":
      refuseToBrains(io, place, "notify test");
      return await testPlaces(io, place, what, options);
    default:
      throw new ClawflowError("E_USAGE", "not something to do with notifications", {
        expected: "list, dead, retry or test",
        found: JSON.stringify(action),
      });
  }
}

function listDeliveries(io: Io, place: Place, options: CommonOptions): void {
  const { states, deliveries } = readDeliveries(place);
  const places = placesHere(place).map(({ id, target }) => {
    const waiting = states.reduce((sum, state) => sum + (state.get(id)?.due.size ?? 0), 0);
    return { place: id, to: targetText(target), waiting };
  });
  if (options.json === true) {
    printJson(io, notifyShape, { places, deliveries });
    return;
  }
  if (places.length === 0)
    io.out("The team file has no rules: nobody is told of anything (docs/notifications.md).\n");
  for (const { place: id, to, waiting } of places) {
    const rest = waiting === 0 ? "" : `  ${waiting} to be told`;
    io.out(`${id.padEnd(18)}  ${plainLine(to, 100)}${rest}\n`);
  }
  const now = Date.now();
  for (const { at, place: id, state, tries, headline, error } of deliveries.slice(0, MOST_SHOWN)) {
    const times = tries > 1 ? ` (try ${tries})` : "";
    const why = error === undefined ? "" : `: ${plainLine(error, 150)}`;
    io.out(
      `${ago(at, now).padEnd(12)}  ${id.padEnd(18)}  ${state}${times}${why}\n    ${plainLine(headline, 150)}\n`,
    );
  }
  if (deliveries.length > MOST_SHOWN) io.out(`… ${deliveries.length - MOST_SHOWN} more (--json has all)\n`);
}

function deadOf(place: Place) {
  return notifyFolders(place).flatMap((paths) =>
    readDeadNotifications(place.disk, paths.dead).map((dead) => ({ ...dead, paths })),
  );
}

function listDead(io: Io, place: Place, options: CommonOptions): void {
  const dead = deadOf(place).map(({ paths, events, ...rest }) => ({
    ...rest,
    events: events.length,
    path: join(paths.dead, `${rest.message}.json`),
  }));
  if (options.json === true) {
    printJson(io, notifyDeadShape, { dead });
    return;
  }
  if (dead.length === 0) io.out("Everything could be told.\n");
  for (const { message, to, tries, error, headline } of dead) {
    io.out(`${message}  ${plainLine(to, 100)}  ${tries === 1 ? "1 try" : `${tries} tries`}\n`);
    io.out(`  ${plainLine(headline, 200)}\n  ${plainLine(error, 300)}\n`);
  }
}

/** The host finds them at its next look; it alone writes the log. */
function retry(io: Io, place: Place, what: string | undefined, options: CommonOptions): void {
  const dead = deadOf(place);
  const chosen = what === "all" ? dead : dead.filter(({ message }) => message === what);
  if (what === undefined || (chosen.length === 0 && what !== "all")) {
    throw new ClawflowError(
      what === undefined ? "E_USAGE" : "E_NOT_FOUND",
      "name a message that could not be told",
      {
        expected: ["all", ...dead.map(({ message }) => message).slice(0, 10)].join(", "),
      },
    );
  }
  for (const { message, paths } of chosen) {
    place.disk.mkdir(paths.again);
    place.disk.rename(join(paths.dead, `${message}.json`), join(paths.again, `${message}.json`));
  }
  const retried = chosen.map(({ message }) => message);
  if (options.json === true) printJson(io, notifyRetriedShape, { retried });
  else
    io.out(
      `${retried.length === 1 ? "1 message is" : `${retried.length} messages are`} told again by the host, soon or when one runs\n`,
    );
}

async function testPlaces(
  io: Io,
  place: Place,
  what: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const all = placesHere(place);
  const chosen = what === undefined ? all : all.filter(({ id }) => id === what);
  if (chosen.length === 0) {
    throw new ClawflowError("E_NOT_FOUND", "there is no such place", {
      expected: all.map(({ id }) => id).join(", ") || "rules in the team file: notify: […]",
      ...(what === undefined ? {} : { found: JSON.stringify(what) }),
    });
  }
  const { deliversOf } = await import("../notify-here.ts");
  const delivers = deliversOf(place);
  const tested = await Promise.all(
    chosen.map(async ({ id, target }) => ({
      place: id,
      to: targetText(target),
      ...(await tryOnce(delivers, place, id, target)),
    })),
  );
  if (options.json === true) printJson(io, notifyTestShape, { tested });
  else {
    for (const { place: id, to, ok, duration, error } of tested) {
      const end = ok ? `arrived after ${Math.round(duration)} ms` : `failed: ${plainLine(error ?? "", 300)}`;
      io.out(`${id.padEnd(18)}  ${plainLine(to, 100)}  ${end}\n`);
    }
  }
  return tested.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
}

async function tryOnce(delivers: Delivers, { root }: Place, id: string, target: NotifyTarget) {
  const now = new Date().toISOString();
  const notification: Notification = {
    v: 1,
    id: messageId(id, [now]),
    sent_at: now,
    try: 1,
    root,
    headline: "a test: notifications arrive here",
    test: true,
    events: [],
  };
  const patience =
    typeof target === "object" && "timeout" in target ? parseDuration(target.timeout) : PATIENCE;
  const begun = performance.now();
  const since = () => performance.now() - begun;
  try {
    await deliverBy(delivers, target, notification, AbortSignal.timeout(patience));
    return { ok: true, duration: since() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { ok: false, duration: since(), error: text };
  }
}
