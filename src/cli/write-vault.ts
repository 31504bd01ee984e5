import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { keptPart, writtenOver } from "./render/vault/kept-part.ts";
import { NOTES } from "./render/vault/note-names.ts";
import { ONCE, SETTINGS, type VaultFile } from "./render/vault/vault-files.ts";

export interface VaultWritten {
  notes: number;
  /** Those whose text changed. */
  written: number;
  /** Notes of tasks that are gone. */
  removed: number;
  /** Files of a person's own where notes would stand, absolute. */
  left_alone: string[];
}

/** Brings the notes of a vault to these. A file that somebody else wrote, and what a person wrote into a note, stays. */
export function writeVault(vault: string, notes: readonly VaultFile[]): VaultWritten {
  refuseLinks(vault);
  const done: VaultWritten = { notes: notes.length, written: 0, removed: 0, left_alone: [] };
  for (const { name, text } of notes) {
    const path = join(vault, name);
    const there = readIfThere(path);
    const next = isThere(path) ? writtenOver(there ?? "", text) : text;
    if (next === undefined) done.left_alone.push(path);
    else if (next !== there) {
      replace(path, next);
      done.written++;
    }
  }
  done.removed = removeOthers(vault, new Set(notes.map(({ name }) => name)));
  for (const { name, text } of ONCE) if (!isThere(join(vault, name))) replace(join(vault, name), text);
  if (!isThere(join(vault, dirname(SETTINGS.name)))) replace(join(vault, SETTINGS.name), SETTINGS.text);
  return done;
}

/** Through a link the notes would be written into another folder. */
function refuseLinks(vault: string): void {
  const path = join(vault, NOTES);
  if (!isThere(path) || lstatSync(path).isDirectory()) return;
  throw new ClawflowError(
    "E_USAGE",
    "notes are written into a folder of this name, and there is something else",
    {
      at: path,
      hint: "Move it away.",
    },
  );
}

/** Notes of tasks that are gone, where nobody wrote anything into them. */
function removeOthers(vault: string, names: ReadonlySet<string>): number {
  const folder = join(vault, NOTES);
  if (!isThere(folder)) return 0;
  let removed = 0;
  for (const job of readdirSync(folder, { withFileTypes: true })) {
    if (!job.isDirectory()) continue;
    const inside = join(folder, job.name);
    for (const note of readdirSync(inside)) {
      const path = join(inside, note);
      if (!note.endsWith(".md") || names.has(relative(vault, path).replaceAll("\\", "/"))) continue;
      if (keptPart(readIfThere(path) ?? "")?.trim() !== "") continue;
      rmSync(path);
      removed++;
    }
    if (readdirSync(inside).length === 0) rmdirSync(inside);
  }
  return removed;
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) && lstatSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whole or not at all: Obsidian reads it at any moment. */
function replace(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const staged = join(dirname(path), `.${process.pid}.tmp`);
  writeFileSync(staged, text);
  renameSync(staged, path);
}
