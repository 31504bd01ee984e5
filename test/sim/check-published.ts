import { MESSAGE_FILE_NAME } from "../../src/protocol/ids.ts";
import type { Ledger } from "./ledger.ts";
import type { Letters } from "./letters.ts";
import { bytesOf, namesIn } from "./look.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

const FOLDERS = ["inbox", "outbox", "outbox/pending"];

/** What carries a name of the runtime's own is whole: also in a workspace that a host has just taken up after a crash. */
export function checkPublished(
  machine: VirtualDisk,
  agents: readonly string[],
  ledger: Ledger,
  letters: Letters,
): void {
  for (const agent of agents) {
    for (const folder of FOLDERS) {
      const path = `/w/${agent}/mailbox/${folder}`;
      for (const name of namesIn(machine, path)) {
        if (!MESSAGE_FILE_NAME.test(name)) continue;
        const { fault } = letters.readBytes(bytesOf(machine, `${path}/${name}`) ?? new Uint8Array());
        if (fault !== undefined) ledger.fault(`${path}/${name} is no whole message: ${fault}`);
      }
    }
  }
}
