import { bytesOf, namesIn } from "./look.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

/** Everything where a text of a person may be: the task's folder, what was replaced and kept, the records. */
export function textsOf(machine: VirtualDisk, agent: string, folder: string): string {
  const texts: string[] = [];
  const add = (path: string) => {
    for (const name of namesIn(machine, path)) {
      if (!name.endsWith(".md")) {
        if (/^\d+$/.test(name)) add(`${path}/${name}`);
        continue;
      }
      texts.push(Buffer.from(bytesOf(machine, `${path}/${name}`) ?? []).toString());
    }
  };
  for (const place of [`tasks/${folder}`, ".clawflow/kept", "mailbox/archive"]) add(`/w/${agent}/${place}`);
  return texts.join("\n");
}

/** Names of tasks of that job that stand in an agent's folder now. */
export function tasksOf(machine: VirtualDisk, agent: string, job: string): string[] {
  const found: string[] = [];
  for (const [path] of machine.files()) {
    const [, owner, folder = ""] = /^\/w\/([^/]+)\/tasks\/([^/]+)\/task\.md$/.exec(path) ?? [];
    if (
      owner === agent &&
      (folder === job || folder.startsWith(`${job}.`)) &&
      bytesOf(machine, path) !== undefined
    )
      found.push(folder);
  }
  return found.sort();
}
