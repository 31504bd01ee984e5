import { ClawflowError } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import { formatMessage, parseEnvelope, parseMessage } from "../protocol/message-codec.ts";
import type { Parcel, Receipt, Transport } from "../transport/types.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { parseReceipt } from "./receipt-text.ts";
import { signMessage } from "./signature.ts";

export type RemoteAgent = PluginConfig["remote"][string];

/** A turn at another gateway, as its method `agent` is asked for one. */
export interface RemoteTurn {
  agentId: string;
  sessionKey: string;
  message: string;
  deliver: false;
  idempotencyKey: string;
}

export interface GatewayTransportPorts {
  /** Asks that gateway for a turn and waits for its end. @throws GatewayRefusal; anything else: nobody knows what came of it */
  call(remote: Pick<RemoteAgent, "url" | "token">, turn: RemoteTurn): Promise<unknown>;
  /** Milliseconds. */
  now(): number;
}

/** The other gateway answered, and what it said is no result of a turn. It gives the same answer to the same key. */
export class GatewayRefusal extends Error {}

/** Milliseconds for which nothing goes to a gateway that answered as one does that has no Clawflow: each try costs a call of a model there. */
const NOBODY_THERE = 600_000;

/**
 * To agents of other gateways that run this plugin: as turns of theirs, which it answers with receipts before a model sees them. Their id
 * is the idempotency key, so that a repeat within the gateway's memory costs nothing there; after that the receiver's files know it.
 */
export function gatewayTransport(
  remotes: Readonly<Record<string, RemoteAgent>>,
  { call, now }: GatewayTransportPorts,
): Transport {
  const refusals = new Map<string, number>();
  const pauses = new Map<string, number>();
  return {
    reaches: (agent) => Object.hasOwn(remotes, agent),
    async deliver(parcel) {
      const { from, to, name } = parcel;
      const remote = remotes[to] as RemoteAgent;
      if ((pauses.get(to) ?? 0) > now()) throw nobodyThere(to);
      const text = textOf(parcel);
      if (typeof text !== "string") return text;
      const { id = name } = parseEnvelope(parcel.bytes);
      const failed = refusals.get(name) ?? 0;
      const turn: RemoteTurn = {
        agentId: to,
        sessionKey: `agent:${to}:clawflow-mail-${from}`,
        message: signMessage(text, to, remote.key),
        deliver: false,
        idempotencyKey: failed === 0 ? id : `${id}~${failed + 1}`,
      };
      try {
        const said = saidIn(await call(remote, turn));
        const receipt = parseReceipt(said, sha256(text));
        if (receipt !== undefined) {
          if (receipt.status === "accepted") refusals.delete(name);
          else refusals.set(name, failed + 1);
          return { ...receipt, message: name, sha256: parcel.sha256 };
        }
        if (!said.startsWith("Clawflow ")) {
          pauses.set(to, now() + NOBODY_THERE);
          throw nobodyThere(to);
        }
        throw new GatewayRefusal(said);
      } catch (error) {
        // What was answered would be answered again to the same key.
        if (error instanceof GatewayRefusal) refusals.set(name, failed + 1);
        throw error;
      }
    },
  };
}

/** As the receiver gets it; a refusal where it cannot cross. A reply comes without the files that it names, and says so. */
function textOf({ name, bytes, sha256: hash, blobs }: Parcel): string | Receipt {
  if (blobs.length === 0) return `${new TextDecoder().decode(bytes).trim()}\n`;
  const message = parseMessage(bytes);
  if (message.type === "reply") {
    const { attachments = [], ...rest } = message;
    const names = attachments.map((attachment) => attachment.name).join(", ");
    const note = `\n\n(Files that stayed with ${message.from}, at another gateway: ${names})`;
    return formatMessage({ ...rest, body: { ...message.body, results: `${message.body.results}${note}` } });
  }
  const text = "files do not go to another gateway; put what is needed into the task's text";
  return { message: name, sha256: hash, status: "refused", code: "E_BLOB", text };
}

/** The texts of a turn's result. */
function saidIn(answer: unknown): string {
  const payloads = (answer as { result?: { payloads?: { text?: unknown }[] } } | undefined)?.result?.payloads;
  if (!Array.isArray(payloads)) throw new Error("the turn at the other gateway goes on");
  return payloads
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("\n")
    .trim();
}

function nobodyThere(agent: string): ClawflowError {
  return new ClawflowError("E_UNDELIVERED", `the gateway of ${agent} answers, but takes no messages`, {
    hint: `Look there whether Clawflow runs and ${agent} takes part; it is tried again every ten minutes.`,
  });
}
