import { dirname } from "node:path";
import { hostDirectory } from "../host/create-host.ts";
import type { Host } from "../host/host.ts";
import { nodeClock } from "../host/node-clock.ts";
import { desktopDelivery } from "../notify/desktop.ts";
import { commandDelivery } from "../notify/run-command.ts";
import { startNotify } from "../notify/start-notify.ts";
import type { Delivers } from "../notify/types.ts";
import { webhookDelivery } from "../notify/webhook.ts";
import { errorText } from "../protocol/errors.ts";
import type { Place } from "./place.ts";
import { plainLine } from "./render/plain.ts";
import { viewOptions } from "./view-options.ts";

/** Tells people, by the rules of the team file, what that host does, until it stops. Whatever goes wrong with that, the host runs. */
export async function notifyHere(
  host: Host,
  place: Place,
  { only, tell }: { only: readonly string[] | undefined; tell(line: string): void },
): Promise<void> {
  const onProblem = (text: string) => tell(`notify: ${plainLine(text, 300)}`);
  try {
    const notify = await startNotify(host, {
      rules: place.team?.notify ?? [],
      disk: place.disk,
      clock: nodeClock(),
      root: place.root,
      hostDirectory: hostDirectory(place.root, only === undefined ? {} : { only }),
      agents: place.agents,
      view: viewOptions(place),
      delivers: deliversOf(place),
      onProblem,
    });
    host.beforeStop(() => notify.stop());
  } catch (error) {
    onProblem(`nobody is told of anything: ${errorText(error)}`);
  }
}

/** How places are reached from a command line: programs are run in the folder of the team file. */
export function deliversOf({ teamFile, root }: Pick<Place, "teamFile" | "root">): Delivers {
  const folder = dirname(teamFile ?? root);
  return {
    command: commandDelivery(folder),
    desktop: desktopDelivery(folder, process.platform),
    webhook: webhookDelivery(process.env, Date.now),
  };
}
