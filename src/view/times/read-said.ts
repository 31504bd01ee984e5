import { join } from "node:path";
import { MESSAGE_FILE_NAME } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";
import { parseMessage } from "../../protocol/message-codec.ts";
import type { ReadDisk } from "../../store/disk.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { foldersOf, isLetterName } from "../letters.ts";
import { listNames, readText } from "../read-text.ts";
import type { Said } from "./person-waits.ts";

/** What people said, and plans: of other messages nothing follows about whom a task waited for. */
export function isOfInterest(message: Message): message is Said {
  if (message.type === "outcome") return message.outcome === "plan" || message.from === "human";
  return message.type === "control" && ["approve", "reject", "answer"].includes(message.control);
}

/** The same in a text, quickly. */
const OF_INTEREST = /^(control: ["']?(approve|reject|answer)|outcome: ["']?plan|from: ["']?human)/m;

/** What people said to an agent, and the plans that it recorded, from its archive: by task, in their order. @param isWanted by its name */
export function readSaid(
  disk: ReadDisk,
  paths: WorkspacePaths,
  agent: string,
  isWanted: (name: string) => boolean = () => true,
): Map<string, Said[]> {
  const said = new Map<string, Said[]>();
  for (const folder of foldersOf(disk, paths, "archive")) {
    for (const name of listNames(disk, folder)) {
      if (!isLetterName(name) || !maySay(name) || !isWanted(name)) continue;
      const message = readOne(disk, join(folder, name), agent);
      if (message === undefined) continue;
      const known = said.get(message.task_id);
      if (known === undefined) said.set(message.task_id, [message]);
      else known.push(message);
    }
  }
  for (const all of said.values()) all.sort(bySending);
  return said;
}

/** Names of the runtime say the type; what people drop may be anything. Repeats say nothing new. */
function maySay(name: string): boolean {
  if (/\.again-\d+\.md$/.test(name)) return false;
  const type = MESSAGE_FILE_NAME.exec(name)?.[1];
  return type === undefined || type === "control" || type === "outcome";
}

export function bySending(a: Said, b: Said): number {
  return a.sent_at < b.sent_at ? -1 : a.sent_at > b.sent_at ? 1 : 0;
}

function readOne(disk: ReadDisk, path: string, agent: string): Said | undefined {
  const text = disk.stat(path)?.kind === "file" ? readText(disk, path) : undefined;
  if (text === undefined || !OF_INTEREST.test(text)) return undefined;
  try {
    const message = parseMessage(Buffer.from(text), { to: agent });
    return isOfInterest(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
