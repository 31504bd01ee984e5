import { join, relative } from "node:path";
import { errorText } from "../../protocol/errors.ts";
import { sha256 } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";
import { parseEnvelope, parseMessage } from "../../protocol/message-codec.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import { isOwnName } from "../../store/inbox.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { listNames } from "../read-text.ts";

export type LetterPlace = "inbox" | "pending" | "outbox" | "archive" | "dead";

/** A message file of a workspace. Bodies are kept of what the agent itself sent alone. */
export interface Letter {
  place: LetterPlace;
  name: string;
  /** Relative to the workspace. */
  file: string;
  id?: string;
  sha256: string;
  /** Archived beside a first copy. */
  isRepeat: boolean;
  message?: Message;
  /** Why it is no message. */
  error?: string;
}

/** Every message of a workspace; files of other names in the inbox are not the runtime's, and left out. */
export function readLetters(disk: ReadDisk, paths: WorkspacePaths, agent: string): Letter[] {
  const letters: Letter[] = [];
  const add = (place: LetterPlace, folder: string, name: string) => {
    const letter = readLetter(disk, paths, agent, place, join(folder, name));
    if (letter !== undefined) letters.push(letter);
  };
  // In the way that messages go, so that one that moves meanwhile is seen twice rather than never.
  for (const name of listNames(disk, paths.pending)) add("pending", paths.pending, name);
  for (const name of listNames(disk, paths.outbox)) {
    if (name.endsWith(".md")) add("outbox", paths.outbox, name);
  }
  for (const name of listNames(disk, paths.inbox)) if (isOwnName(name)) add("inbox", paths.inbox, name);
  for (const name of listNames(disk, paths.dead)) {
    if (name.endsWith(".md") && !name.endsWith(".reason.md")) add("dead", paths.dead, name);
  }
  for (const day of archiveDays(disk, paths)) {
    for (const name of listNames(disk, day)) add("archive", day, name);
  }
  return letters;
}

/** The folders of days in the archive, the oldest first; absolute. */
export function archiveDays(disk: ReadDisk, { archive }: Pick<WorkspacePaths, "archive">): string[] {
  const below = (folder: string) => listNames(disk, folder).map((name) => join(folder, name));
  return below(archive).flatMap(below).flatMap(below);
}

function readLetter(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  place: LetterPlace,
  path: string,
): Letter | undefined {
  if (disk.stat(path)?.kind !== "file") return undefined;
  const bytes = unlessMissing(() => disk.read(path));
  if (bytes === undefined) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const letter: Letter = {
    place,
    name,
    file: relative(paths.root, path),
    sha256: sha256(bytes),
    isRepeat: /\.again-\d+\.md$/.test(name),
  };
  if (place === "dead") {
    const { id } = parseEnvelope(bytes);
    return id === undefined ? letter : { ...letter, id };
  }
  try {
    const message = parseMessage(bytes, { to: agent });
    return { ...letter, id: message.id, message: message.from === agent ? message : withoutBody(message) };
  } catch (error) {
    return { ...letter, error: errorText(error) };
  }
}

/** Of a hundred thousand messages only the envelopes are needed. */
function withoutBody(message: Message): Message {
  const empty = {
    title: "",
    context: "",
    instructions: "",
    expected_output: "",
    results: "",
    error: "",
    partial: "",
    text: "",
  };
  return { ...message, body: empty } as Message;
}
