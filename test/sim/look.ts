import type { VirtualDisk } from "./virtual-disk.ts";
import { viewOf } from "./virtual-file.ts";

/** Names in a folder as a process sees them, without being one. */
export function namesIn(machine: VirtualDisk, folder: string): string[] {
  const node = machine.find("look", folder);
  if (node?.kind !== "folder") return [];
  return [...node.names.keys()].filter((name) => machine.names.get(node, name) !== undefined);
}

export function bytesOf(machine: VirtualDisk, path: string): Uint8Array | undefined {
  const node = machine.find("look", path);
  return node === undefined || node.kind === "folder" ? undefined : viewOf(node.content);
}
