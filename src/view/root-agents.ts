import { join } from "node:path";
import { AGENT_ID } from "../protocol/ids.ts";
import type { ReadDisk } from "../store/disk.ts";
import { listNames } from "./read-text.ts";

/** The workspaces below a root: every folder that is named like an agent and has a mailbox, by agent id. */
export function agentsOfRoot(disk: ReadDisk, root: string): Map<string, string> {
  const agents = new Map<string, string>();
  for (const name of listNames(disk, root)) {
    if (AGENT_ID.test(name) && disk.stat(join(root, name, "mailbox"))?.kind === "folder")
      agents.set(name, join(root, name));
  }
  return agents;
}
