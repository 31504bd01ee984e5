import { ClawflowError, errorText } from "../protocol/errors.ts";
import { deliverInto } from "../store/deliver.ts";
import type { Disk } from "../store/disk.ts";
import type { Transport } from "./types.ts";

/**
 * To agents of other hosts on the same machine, at their workspaces: the message is linked into the inbox and synced, and that is the
 * receipt. A name that is taken counts as delivered only when it is this very message.
 *
 * @param workspaces folders by agent id, absolute.
 */
export function localTransport(disk: Disk, workspaces: ReadonlyMap<string, string>): Transport {
  return {
    reaches: (agent) => workspaces.has(agent),
    async deliver({ to, name, bytes, sha256, blobs }) {
      const workspace = workspaces.get(to);
      if (workspace === undefined) {
        return {
          message: name,
          sha256,
          status: "refused",
          code: "E_UNKNOWN_AGENT",
          text: `${to} is not known on this machine`,
        };
      }
      try {
        await deliverInto(disk, workspace, { name, bytes, blobs }, { sync: true });
        return { message: name, sha256, status: "accepted" };
      } catch (error) {
        if (error instanceof ClawflowError && error.code === "E_ID_REUSED") {
          return { message: name, sha256, status: "refused", code: error.code, text: errorText(error) };
        }
        // No folder yet, no space, no permission: it may be there the next time.
        throw error;
      }
    },
  };
}
