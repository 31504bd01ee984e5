import { errorText } from "../../src/protocol/errors.ts";
import { MESSAGE_FILE_NAME } from "../../src/protocol/ids.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import type { Ledger } from "./ledger.ts";
import { bytesOf, namesIn } from "./look.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

const FOLDERS = ["inbox", "outbox", "outbox/pending"];

/** What carries a name of the runtime's own is whole: also in a workspace that a host has just taken up after a crash. */
export function checkPublished(machine: VirtualDisk, agents: readonly string[], ledger: Ledger): void {
  for (const agent of agents) {
    for (const folder of FOLDERS) {
      const path = `/w/${agent}/mailbox/${folder}`;
      for (const name of namesIn(machine, path)) {
        if (!MESSAGE_FILE_NAME.test(name)) continue;
        const fault = faultOf(bytesOf(machine, `${path}/${name}`) ?? new Uint8Array(), agent);
        if (fault !== undefined) ledger.fault(`${path}/${name} is no whole message: ${fault}`);
      }
    }
  }
}

function faultOf(bytes: Uint8Array, to: string): string | undefined {
  try {
    parseMessage(bytes, { to });
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}
