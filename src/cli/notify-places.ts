import { join } from "node:path";
import { hostDirectory } from "../host/create-host.ts";
import { type Entry, type PlaceState, parseEntries, replayEntries } from "../notify/entries.ts";
import { type NotifyPaths, notifyPaths } from "../notify/notify-log.ts";
import { type NotifyPlace, placesOf, readRules } from "../notify/rules.ts";
import { listNames, readText } from "../view/read-text.ts";
import type { Place } from "./place.ts";

/** A message in the log of deliveries. */
export interface Delivery {
  at: string;
  place: string;
  message: string;
  state: "trying" | "told" | "failed" | "dead";
  tries: number;
  events: number;
  headline: string;
  error?: string;
}

/** The folders of all hosts of a root in which there is a log of deliveries. */
export function notifyFolders({ disk, root }: Place): NotifyPaths[] {
  const own = hostDirectory(root, {});
  const others = listNames(disk, own).filter((name) => name.startsWith("only-"));
  return [own, ...others.map((name) => join(own, name))]
    .map(notifyPaths)
    .filter(({ directory }) => disk.stat(directory) !== undefined);
}

/** What the team file names, each place once. */
export function placesHere({ team }: Place): NotifyPlace[] {
  return placesOf(readRules(team?.notify ?? []));
}

/** What was told and is to be told, the last first. */
export function readDeliveries(place: Place): { states: Map<string, PlaceState>[]; deliveries: Delivery[] } {
  const logs = notifyFolders(place).map(({ log }) => parseEntries(readText(place.disk, log) ?? ""));
  const deliveries = logs.flatMap((entries) => deliveriesOf(entries));
  deliveries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return { states: logs.map((entries) => replayEntries(entries)), deliveries };
}

function deliveriesOf(entries: readonly Entry[]): Delivery[] {
  const found = new Map<string, Delivery>();
  for (const entry of entries) {
    if (entry.do === "try") {
      const { at, place, message, headline, events } = entry;
      const state = "trying" as const;
      found.set(message, { at, place, message, state, tries: entry.try, events: events.length, headline });
    } else if (entry.do === "told" || entry.do === "failed" || entry.do === "dead") {
      const known = found.get(entry.message);
      if (known === undefined) continue;
      const error = entry.do === "told" ? {} : { error: entry.error };
      found.set(entry.message, { ...known, at: entry.at, state: entry.do, ...error });
    }
  }
  return [...found.values()];
}
