import { join } from "node:path";
import { DROPPED_FILE_NAME } from "../../protocol/ids.ts";
import type { FileStat } from "../../store/disk.ts";
import { isLetterName } from "../letters.ts";
import { listNames } from "../read-text.ts";
import type { Finding, Patient } from "./finding.ts";

const OWN =
  /^(version|owner|clock|base|kept|removed\.jsonl|events\.jsonl|undelivered\.json|lost\+found)$|^owner\.claim\.|\.new(\.\d+)?$/;
const MAILBOX = /^(inbox|outbox|archive|dead|blobs|tmp)$/;
const STAGED = /^[sd]-/;

/** What is not the runtime's and no message either. It is left alone: only a folder or link in an inbox, which can never be taken, is moved. */
export function examineForeign(patient: Patient): void {
  const { disk, paths } = patient;
  const look = (folder: string, isKnown: (name: string, stat: FileStat) => boolean, text: string) => {
    for (const name of listNames(disk, folder)) {
      const path = join(folder, name);
      const stat = disk.stat(path);
      if (stat !== undefined && !isKnown(name, stat)) patient.found({ kind: "foreign", path, text });
    }
  };
  examineInbox(patient);
  const isMessage = (name: string, { kind }: FileStat) => kind === "file" && isLetterName(name);
  const isFolder = (pattern: RegExp) => (name: string, stat: FileStat) =>
    stat.kind === "folder" && pattern.test(name);
  look(paths.mailbox, isFolder(MAILBOX), "no folder of a mailbox; nobody looks there");
  look(
    paths.outbox,
    (name, stat) => name === "pending" || isMessage(name, stat),
    "not a message that was sent",
  );
  look(paths.pending, isMessage, "not a message; it is never sent");
  look(
    paths.dead,
    (name, { kind }) => name.endsWith(".md") || kind !== "file",
    "neither a dead letter nor the reason of one",
  );
  look(paths.tmp, (name, { kind }) => kind === "file" && STAGED.test(name), "not staged by the runtime");
  look(paths.tasks, (_, { kind }) => kind === "folder", "not the folder of a task");
  look(paths.own, (name) => OWN.test(name), "not one of the runtime's files");
  look(paths.base, (name, { kind }) => kind === "file" && name.endsWith(".md"), "not a copy of a task");
  examineArchive(paths.archive, [/^\d{4}$/, /^\d\d$/, /^\d\d$/], look, isMessage);
}

type Look = (folder: string, isKnown: (name: string, stat: FileStat) => boolean, text: string) => void;

function examineArchive(
  archive: string,
  pattern: readonly RegExp[],
  look: Look,
  isMessage: (name: string, stat: FileStat) => boolean,
): void {
  const [first, ...rest] = pattern;
  if (first === undefined) {
    look(archive, isMessage, "not an archived message");
    return;
  }
  const below: string[] = [];
  look(
    archive,
    (name, { kind }) => {
      const isDay = kind === "folder" && first.test(name);
      if (isDay) below.push(join(archive, name));
      return isDay;
    },
    "not a folder of the archive, which goes by year, month and day",
  );
  for (const folder of below) examineArchive(folder, rest, look, isMessage);
}

function examineInbox({ disk, paths, found }: Patient): void {
  for (const name of listNames(disk, paths.inbox)) {
    const path = join(paths.inbox, name);
    const kind = disk.stat(path)?.kind;
    if (kind === undefined || (kind === "file" && isCandidate(name))) continue;
    found(kind === "file" ? leftAlone(path, name) : neverTaken(path, kind));
  }
}

/** The runtime takes `<letter or digit>….md`. */
function isCandidate(name: string): boolean {
  return DROPPED_FILE_NAME.test(name);
}

function leftAlone(path: string, name: string): Finding {
  const isMeant = /^[A-Za-z0-9]/.test(name) && /\.(markdown|txt|md\.txt|MD)$/.test(name);
  const text =
    "not a message by its name (those end in .md and begin with a letter or digit): it is left alone";
  return {
    kind: "foreign",
    path,
    text,
    ...(isMeant ? { todo: "rename it, if it is meant as a message" } : {}),
  };
}

function neverTaken(path: string, kind: FileStat["kind"]): Finding {
  const what = kind === "link" ? "a symbolic link" : kind === "folder" ? "a folder" : "a pipe or device";
  return {
    kind: "foreign",
    path,
    text: `${what}: it can never be taken as a message`,
    fix: "moves it to .clawflow/lost+found",
    mends: [{ do: "set-aside", path }],
  };
}
