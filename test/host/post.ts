import { join } from "node:path";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { Message } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";

/** Puts each message into the inbox of the agent that it is for, as a transport does. */
export async function post(root: string, ...messages: Message[]): Promise<void> {
  for (const message of messages) {
    const file = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
    await deliverInto(nodeDisk(), join(root, message.to), file, { sync: false });
  }
}
