import { join, relative } from "node:path";
import { errorText } from "../protocol/errors.ts";
import { DROPPED_FILE_NAME, sha256 } from "../protocol/ids.ts";
import type { Message } from "../protocol/message.ts";
import { parseEnvelope, parseMessage } from "../protocol/message-codec.ts";
import type { PartialEnvelope } from "../protocol/parse-envelope.ts";
import type { ReadDisk } from "../store/disk.ts";
import { unlessMissing } from "../store/disk-error.ts";
import type { WorkspacePaths } from "../store/layout.ts";
import { listNames } from "./read-text.ts";

/**
 * In the way that messages go, those that leave before those that come in: one that moves while folders are read is seen twice rather
 * than never.
 */
export const LETTER_PLACES = ["pending", "outbox", "inbox", "dead", "archive"] as const;
export type LetterPlace = (typeof LETTER_PLACES)[number];

/** A message file of a workspace. */
export interface Letter {
  place: LetterPlace;
  name: string;
  /** Relative to the workspace. */
  file: string;
  /** Of a dead letter only where its envelope can be read. */
  id?: string;
  /** Of a dead letter: what can be read of it. */
  envelope?: PartialEnvelope;
  sha256: string;
  /** Archived beside a first copy. */
  isRepeat: boolean;
  /** Absent of dead letters, and where `error` says why. */
  message?: Message;
  error?: string;
}

/** The messages of a workspace in these places, each read when it is asked for. */
export function* eachLetter(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  places: readonly LetterPlace[] = LETTER_PLACES,
): Generator<Letter> {
  for (const place of places) {
    for (const folder of foldersOf(disk, paths, place)) {
      for (const name of listNames(disk, folder)) {
        if (!isLetterName(name)) continue;
        const letter = readLetter(disk, paths, agent, place, join(folder, name));
        if (letter !== undefined) yield letter;
      }
    }
  }
}

export function isLetterName(name: string): boolean {
  return DROPPED_FILE_NAME.test(name) && !name.endsWith(".reason.md");
}

/** `undefined`: it is gone, or no plain file. */
export function readLetter(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  place: LetterPlace,
  path: string,
): Letter | undefined {
  if (disk.stat(path)?.kind !== "file") return undefined;
  const bytes = unlessMissing(() => disk.read(path));
  if (bytes === undefined) return undefined;
  const file = relative(paths.root, path).replaceAll("\\", "/");
  const name = file.slice(file.lastIndexOf("/") + 1);
  const letter = { place, name, file, sha256: sha256(bytes), isRepeat: /\.again-\d+\.md$/.test(name) };
  if (place === "dead") {
    const envelope = parseEnvelope(bytes);
    return { ...letter, envelope, ...(envelope.id === undefined ? {} : { id: envelope.id }) };
  }
  try {
    const message = parseMessage(bytes, { to: agent });
    return { ...letter, id: message.id, message };
  } catch (error) {
    return { ...letter, error: errorText(error) };
  }
}

/** Absolute; of the archive the folders of days, the oldest first. */
export function foldersOf(disk: ReadDisk, paths: WorkspacePaths, place: LetterPlace): string[] {
  if (place !== "archive") return [paths[place]];
  const below = (folder: string) => listNames(disk, folder).map((name) => join(folder, name));
  return below(paths.archive).flatMap(below).flatMap(below);
}
