import { dirname, resolve } from "node:path";
import { makeBrain } from "../brain/make-brain.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { decodeUtf8 } from "../protocol/frontmatter.ts";
import { parseTeam } from "../protocol/parse-team.ts";
import type { Disk } from "../store/disk.ts";
import { diskError, isPassing } from "../store/disk-error.ts";
import { nodeDisk } from "../store/node-disk.ts";
import type { TeamAgent, TeamOptions } from "./options.ts";

/**
 * Reads a team file. Brains and workspaces are relative to its folder.
 * @throws E_CONFIG that names the key; E_NOT_FOUND
 */
export function loadTeam(path: string, disk: Pick<Disk, "read"> = nodeDisk()): TeamOptions {
  const file = resolve(path);
  const directory = dirname(file);
  const { agents, limits, policy, durability } = parseTeam(readText(disk, file));
  const ready = Object.entries(agents).map(([agent, config]): [string, TeamAgent] => {
    const { workspace, brain, ...rest } = config;
    const made = makeBrain(brain, { agent, directory });
    return [
      agent,
      {
        ...rest,
        brain: made,
        ...(workspace === undefined ? {} : { workspace: resolve(directory, workspace) }),
      },
    ];
  });
  return { agents: Object.fromEntries(ready), limits, policy, durability };
}

function readText(disk: Pick<Disk, "read">, file: string): string {
  try {
    return decodeUtf8(disk.read(file));
  } catch (cause) {
    if (cause instanceof ClawflowError) throw cause;
    if (isPassing(cause)) throw diskError(cause, `${file} could not be read`);
    throw new ClawflowError("E_NOT_FOUND", "the team file cannot be read", {
      at: file,
      hint: "Name another with --team, or make one with `clawflow init`.",
      cause,
    });
  }
}
