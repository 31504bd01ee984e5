import { deliverInto } from "../../src/store/deliver.ts";
import { localTransport } from "../../src/transport/local.ts";
import type { Parcel, Transport } from "../../src/transport/types.ts";
import { chance, type Random, upTo } from "./random.ts";
import type { Network } from "./scenario.ts";
import type { VirtualLife } from "./virtual-life.ts";

export interface Surroundings {
  random: Random;
  network: Network;
  /** Nothing passes between this host and that agent. */
  parted(to: string): boolean;
  /** What the network itself does, whether or not the sender lives. */
  carrier(): VirtualLife;
  /** The watcher of the receiver may notice. */
  hint(agent: string): void;
  note(agent: string, text: string): void;
  count(what: string): void;
}

/** The real local transport, on a network that loses, delays, repeats and reorders deliveries and receipts. */
export function flakyTransport(
  life: Pick<VirtualLife, "disk" | "sleep">,
  workspaces: ReadonlyMap<string, string>,
  around: Surroundings,
): Transport {
  const local = localTransport(life.disk, workspaces);
  const { random, network } = around;
  return {
    reaches: (agent) => local.reaches(agent),
    async deliver(parcel) {
      if (chance(random, network.silent)) {
        around.count("losses");
        around.note(parcel.to, `${parcel.name} and its receipt are lost without a word`);
        return new Promise(() => {});
      }
      await life.sleep(upTo(random, network.delay));
      if (around.parted(parcel.to) || chance(random, network.lost)) {
        around.count("losses");
        around.note(parcel.to, `${parcel.name} is lost`);
        throw new Error("the network lost it");
      }
      const receipt = await local.deliver(parcel);
      around.note(parcel.to, `${parcel.name} is ${receipt.status}`);
      around.hint(parcel.to);
      if (chance(random, network.repeated)) repeatLater(parcel, workspaces, around);
      await life.sleep(upTo(random, network.delay));
      if (chance(random, network.unanswered)) {
        around.count("receipts lost");
        around.note(parcel.from, `the receipt of ${parcel.name} is lost`);
        throw new Error("the network lost the receipt");
      }
      return receipt;
    },
  };
}

function repeatLater(parcel: Parcel, workspaces: ReadonlyMap<string, string>, around: Surroundings): void {
  const carrier = around.carrier();
  const workspace = workspaces.get(parcel.to);
  if (workspace === undefined) return;
  const { name, bytes } = parcel;
  const again = async () => {
    await carrier.sleep(upTo(around.random, 60_000));
    // Its attachments came the first time.
    await deliverInto(carrier.disk, workspace, { name, bytes }, { sync: true });
    around.count("duplicates");
    around.note(parcel.to, `${name} comes once more`);
    around.hint(parcel.to);
  };
  again().catch(() => {});
}
