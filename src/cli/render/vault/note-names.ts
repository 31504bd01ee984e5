import { shortHash } from "../../../protocol/ids.ts";
import type { VaultTask } from "../../../view/vault/read-vault.ts";

/** The folder of the notes in a vault. */
export const NOTES = "Clawflow";

/** No character here means anything in a file name of any system, in a Markdown link or in a link of Obsidian. */
const NOT_IN_NAMES = /[^\p{L}\p{N}\p{M} ,.'’+=!()_-]+/gu;

/**
 * The names of the notes, relative to the vault: `Clawflow/<job>/<title> · <agent> <hash>.md`. A name follows from the task alone, so that a
 * note keeps its name as long as the task keeps its title.
 */
export function noteNames(tasks: readonly VaultTask[]): Map<VaultTask, string> {
  const names = new Map<VaultTask, string>();
  const used = new Set<string>();
  for (const one of tasks) {
    const folder = `${NOTES}/${readable(topOf(one))} ${hashOf(topOf(one), 6)}`;
    const title = `${folder}/${readable(one)} · ${one.agent}`;
    const [name] = [4, 12, 24].map((length) => `${title} ${hashOf(one, length)}.md`).filter(isFree);
    if (name === undefined) continue;
    used.add(name.toLowerCase());
    names.set(one, name);
  }
  return names;

  function isFree(name: string): boolean {
    return !used.has(name.toLowerCase());
  }
}

/** The task of the job at the top, or the highest one that is looked at. */
export function topOf(one: VaultTask): VaultTask {
  const way = new Set([one]);
  let top = one;
  while (top.parent !== undefined && !way.has(top.parent)) {
    top = top.parent;
    way.add(top);
  }
  return top;
}

function readable({ task }: VaultTask): string {
  const title = task.title.normalize("NFC").replace(NOT_IN_NAMES, " ").replace(/\s+/g, " ");
  let name = "";
  for (const character of title.trim()) {
    if (name.length >= 60 || Buffer.byteLength(name) > 140) break;
    name += character;
  }
  return name.replace(/^[ .]+|[ .]+$/g, "") || "task";
}

function hashOf({ agent, task }: VaultTask, length: number): string {
  return shortHash([agent, task.task_id], length);
}
