import type { Host } from "../host/host.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { messageFileName, sha256 } from "../protocol/ids.ts";
import type { Message } from "../protocol/message.ts";
import { parseEnvelope, parseMessage } from "../protocol/message-codec.ts";
import { deliverInto } from "../store/deliver.ts";
import { forwardedProtocolText, protocolText } from "./protocol-text.ts";
import { formatReceipt } from "./receipt-text.ts";
import { checkSignature } from "./signature.ts";
import { notFromOperator } from "./turn-origin.ts";
import type { PluginLogger, TurnContext } from "./types.ts";

/** Where messages that come as turns of agents go. */
export interface MessageInPorts {
  /** The host of this gateway's agents; undefined while none runs. */
  host: Pick<Host, "agents" | "place" | "look"> | undefined;
  /** Agents of other gateways, by id, and what their messages are signed with. */
  remote: Readonly<Record<string, { key: string }>>;
  logger: Pick<PluginLogger, "info" | "warn">;
}

/**
 * Takes a turn's text that is a message of the protocol and that an operator or a paired gateway sent: it stands durable in the inbox when
 * this resolves, with the receipt by which the turn is to be answered. Undefined: the text is none, or nobody who may send one wrote it;
 * then it is a text like any other, and nothing of it enters the mailbox.
 */
export async function takeMessage(
  body: string,
  context: TurnContext,
  { host, remote, logger }: MessageInPorts,
): Promise<string | undefined> {
  const agent = context.agentId;
  const own = protocolText(body);
  const text = own ?? forwardedProtocolText(body);
  if (text === undefined || agent === undefined) return undefined;
  const foreign = own === undefined ? "it comes from another session" : notFromOperator(context);
  if (foreign !== undefined) {
    logger.warn(`clawflow: a message for ${agent} is not taken, but left to it as text: ${foreign}`);
    return undefined;
  }
  if (host === undefined) return "Clawflow does not run at the moment: nothing was taken. Send it again.";
  if (!host.agents.includes(agent)) return undefined;
  const signed = checkSignature(text, agent, remote[parseEnvelope(Buffer.from(text)).from ?? ""]?.key);
  try {
    const message = admit(signed, agent, host, remote);
    const { disk, directory } = host.place(agent);
    const name = messageFileName(message);
    const bytes = Buffer.from(signed.text);
    await deliverInto(disk, directory, { name, bytes }, { sync: true });
    host.look(agent);
    logger.info(`clawflow: ${name} from ${message.from} is taken for ${agent}`);
    return formatReceipt({ message: name, sha256: sha256(bytes), status: "accepted" });
  } catch (error) {
    return refused(error, signed.text, agent, logger);
  }
}

/** @throws E_NOT_YOURS, E_UNKNOWN_AGENT for what that sender may not say; what else `parseMessage` does; E_TOO_LARGE */
function admit(
  { text, is }: ReturnType<typeof checkSignature>,
  agent: string,
  host: Pick<Host, "agents" | "place">,
  remote: MessageInPorts["remote"],
): Message {
  const bytes = Buffer.from(text);
  const { room } = host.place(agent);
  if (bytes.length > room) {
    throw new ClawflowError("E_TOO_LARGE", "too large for a message", {
      expected: `at most ${room} bytes`,
      found: `${bytes.length}`,
    });
  }
  const message = parseMessage(bytes, { to: agent });
  const { from, to } = message;
  if (to !== agent)
    throw new ClawflowError("E_NOT_YOURS", "it is for another agent", {
      at: "to",
      expected: agent,
      found: to,
    });
  if (from === "human") return message;
  if (host.agents.includes(from)) {
    throw new ClawflowError(
      "E_NOT_YOURS",
      `${from} is an agent of this gateway, for which nobody else speaks`,
      {
        at: "from",
        hint: "Write from: human for work of your own",
      },
    );
  }
  if (!Object.hasOwn(remote, from)) {
    throw new ClawflowError("E_UNKNOWN_AGENT", "a sender that nobody knows here", {
      at: "from",
      expected: "human, or an agent of the plugin's setting `remote`",
      found: from,
    });
  }
  if (is === "valid") return message;
  throw new ClawflowError("E_NOT_YOURS", `the message is not ${from}'s`, {
    at: "signature",
    expected: `the mark that is made with the key of ${from}`,
    found: is === "absent" ? "none" : "another",
  });
}

/** A fault of the disk is no receipt: whoever sent the message sends it again. */
function refused(error: unknown, text: string, agent: string, logger: Pick<PluginLogger, "warn">): string {
  const code = error instanceof ClawflowError ? error.code : "E_INTERNAL";
  const why = error instanceof Error ? error.message : String(error);
  const {
    from = "nobody",
    type = "message",
    task_id = "",
    id = "unknown",
  } = parseEnvelope(Buffer.from(text));
  const said = `${type} ${task_id} of ${from} for ${agent}`.replace("  ", " ");
  logger.warn(`clawflow: refused the ${said}: ${code}: ${why}`);
  if (PASSING.includes(code))
    return `Clawflow could not take the ${said} now: ${code}: ${why}. Send it again.`;
  const name = task_id === "" ? type : messageFileName({ type, task_id, id, ...attemptOf(text) });
  return formatReceipt({ message: name, sha256: sha256(text), status: "refused", code, text: why });
}

const PASSING: readonly string[] = ["E_DISK", "E_DISK_FULL", "E_NOT_FOUND", "E_INTERNAL"];

function attemptOf(text: string): { subtask_id?: string; attempt?: number } {
  const { subtask_id, attempt } = parseEnvelope(Buffer.from(text));
  return {
    ...(subtask_id === undefined ? {} : { subtask_id }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}
