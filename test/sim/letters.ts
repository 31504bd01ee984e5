import { errorText } from "../../src/protocol/errors.ts";
import { sha256 } from "../../src/protocol/ids.ts";
import type { Message } from "../../src/protocol/message.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import { type Bytes, viewOf } from "./virtual-file.ts";

export type Letter = { message: Message; fault: undefined } | { message: undefined; fault: string };

/** Messages as their bytes say, each read once in a run however many places it stands in. */
export class Letters {
  private readonly letters = new Map<string, Letter>();
  private readonly hashes = new WeakMap<Bytes, string>();

  hashOf(content: Bytes): string {
    const known = this.hashes.get(content) ?? sha256(viewOf(content));
    this.hashes.set(content, known);
    return known;
  }

  read(content: Bytes): Letter {
    return this.letters.get(this.hashOf(content)) ?? this.parse(viewOf(content), this.hashOf(content));
  }

  readText(text: string): Letter & { hash: string } {
    const bytes = Buffer.from(text);
    const hash = sha256(bytes);
    return { ...(this.letters.get(hash) ?? this.parse(bytes, hash)), hash };
  }

  readBytes(bytes: Uint8Array): Letter & { hash: string } {
    const hash = sha256(bytes);
    return { ...(this.letters.get(hash) ?? this.parse(bytes, hash)), hash };
  }

  private parse(bytes: Uint8Array, hash: string): Letter {
    let letter: Letter;
    try {
      // Every message of this version names its receiver.
      letter = { message: parseMessage(bytes, { to: "nobody" }), fault: undefined };
    } catch (error) {
      letter = { message: undefined, fault: errorText(error) };
    }
    this.letters.set(hash, letter);
    return letter;
  }
}
