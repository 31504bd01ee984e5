import { join } from "node:path";
import { z } from "zod";
import { noticeSchema } from "../protocol/notify.ts";
import type { AppendFile, Disk } from "../store/disk.ts";
import { unlessMissing } from "../store/disk-error.ts";
import { listNames, readText } from "../view/read-text.ts";
import {
  applyEntry,
  compactEntries,
  type Entry,
  formatEntry,
  type PlaceState,
  parseEntries,
  replayEntries,
} from "./entries.ts";

/*
 * <host directory>/notify/
 *   log.jsonl        what is due, was tried, was told; shortened now and then
 *   dead/<id>.json   messages that could not be delivered
 *   again/<id>.json  those that a person wants to be tried again
 */
export function notifyPaths(hostDirectory: string) {
  const directory = join(hostDirectory, "notify");
  return {
    directory,
    log: join(directory, "log.jsonl"),
    dead: join(directory, "dead"),
    again: join(directory, "again"),
  };
}
export type NotifyPaths = ReturnType<typeof notifyPaths>;

export const deadSchema = z.object({
  message: z.string(),
  place: z.string(),
  /** Where it was to go, for people. */
  to: z.string(),
  /** ISO 8601 UTC. */
  at: z.string(),
  tries: z.int(),
  error: z.string(),
  headline: z.string(),
  events: z.array(noticeSchema),
});
/** A message that could not be delivered. */
export type DeadNotification = z.infer<typeof deadSchema>;

export function readDeadNotifications(
  disk: Pick<Disk, "list" | "read" | "stat">,
  folder: string,
): DeadNotification[] {
  return listNames(disk, folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      try {
        return [deadSchema.parse(JSON.parse(readText(disk, join(folder, name)) ?? ""))];
      } catch {
        return [];
      }
    });
}

/** Days for which it is remembered what was told. What can be found in the files again is younger, or is still so. */
const REMEMBERED = 8 * 24 * 3600 * 1000;
const LONG = 512 * 1024;

/**
 * What a host remembers of what it has told: a log in its own folder, read by nobody while it works. There is one writer, for there is
 * one host. It need not be synced: what a power cut takes of it is found in the files again, and told again under the same id.
 */
export class NotifyLog {
  readonly places: Map<string, PlaceState>;
  readonly #disk: Disk;
  readonly #paths: NotifyPaths;
  /** When the last host wrote here last; `undefined`: none did. Milliseconds since 1970. */
  readonly last: number | undefined;
  #file: AppendFile;
  #shortenAt = LONG;
  /** What comes while the log is replaced by a shorter one. */
  #late: Entry[] | undefined;

  private constructor(disk: Disk, paths: NotifyPaths, entries: readonly Entry[]) {
    this.#disk = disk;
    this.#paths = paths;
    this.places = replayEntries(entries);
    const times = entries.map(({ at }) => Date.parse(at)).filter((time) => !Number.isNaN(time));
    this.last = times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b));
    this.#file = disk.openAppend(paths.log);
  }

  /** @param now milliseconds since 1970 @throws what the disk does */
  static async open(disk: Disk, hostDirectory: string, now: number): Promise<NotifyLog> {
    const paths = notifyPaths(hostDirectory);
    for (const folder of [paths.dead, paths.again]) disk.mkdir(folder);
    const text = readText(disk, paths.log);
    const entries = parseEntries(text ?? "");
    // The end may be half a line: what follows must begin a new one.
    const short = compactEntries(entries, timeBefore(now), () => true);
    if (text !== undefined) await disk.replace(paths.log, short.map(formatEntry).join(""));
    return new NotifyLog(disk, paths, short);
  }

  add(entry: Entry): void {
    applyEntry(this.places, entry);
    this.#late?.push(entry);
    this.#file.append(Buffer.from(formatEntry(entry)));
  }

  /** Shortens the log where it has become long. @param isSo whether an event is still so */
  async shorten(now: number, isSo: (event: string) => boolean): Promise<void> {
    if (this.#late !== undefined || this.#file.size < this.#shortenAt) return;
    const forgotten = timeBefore(now);
    const entries = compactEntries(
      parseEntries(readText(this.#disk, this.#paths.log) ?? ""),
      forgotten,
      isSo,
    );
    const late: Entry[] = [];
    this.#late = late;
    try {
      await this.#disk.replace(this.#paths.log, entries.map(formatEntry).join(""));
      this.#file.close();
      this.#file = this.#disk.openAppend(this.#paths.log);
      for (const entry of late) this.#file.append(Buffer.from(formatEntry(entry)));
    } finally {
      this.#late = undefined;
      this.#shortenAt = Math.max(LONG, 2 * this.#file.size);
    }
    for (const { known } of this.places.values())
      for (const [id, at] of known) if (at < forgotten && !isSo(id)) known.delete(id);
  }

  async bury(dead: DeadNotification): Promise<void> {
    await this.#disk.replace(
      join(this.#paths.dead, `${dead.message}.json`),
      `${JSON.stringify(dead, undefined, 2)}\n`,
    );
  }

  /** What a person wants to be tried again. It lies there until `taken`. */
  again(): DeadNotification[] {
    return readDeadNotifications(this.#disk, this.#paths.again);
  }

  taken(message: string): void {
    unlessMissing(() => this.#disk.unlink(join(this.#paths.again, `${message}.json`)));
  }

  close(): void {
    this.#file.close();
  }
}

function timeBefore(now: number): string {
  return new Date(now - REMEMBERED).toISOString();
}
