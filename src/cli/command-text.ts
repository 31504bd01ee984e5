import type { Io } from "./io.ts";
import type { CommonOptions } from "./place.ts";

/** A command as a person would type it to go on where this one was: with the same root and team file. */
export function againWith({ embedded }: Io, words: readonly string[], { root, team }: CommonOptions): string {
  if (embedded !== undefined) return [embedded.program, ...words.map(shellWord)].join(" ");
  const all = ["clawflow", ...words];
  if (root !== undefined) all.push("--root", root);
  if (team !== undefined) all.push("--team", team);
  return all.map(shellWord).join(" ");
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
