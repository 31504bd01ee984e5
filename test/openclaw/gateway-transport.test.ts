import { expect, test } from "vitest";
import { taskOfPerson } from "../../src/host/submit.ts";
import { GatewayRefusal, gatewayTransport, type RemoteTurn } from "../../src/openclaw/gateway-transport.ts";
import { formatReceipt } from "../../src/openclaw/receipt-text.ts";
import { checkSignature } from "../../src/openclaw/signature.ts";
import { messageFileName, sha256 } from "../../src/protocol/ids.ts";
import type { Message } from "../../src/protocol/message.ts";
import { formatMessage, parseMessage } from "../../src/protocol/message-codec.ts";
import type { Parcel } from "../../src/transport/types.ts";

const KEY = "a key of two gateways";
const remote = { far: { url: "wss://far.example", token: "t", key: KEY, description: "" } };

function parcel(message: Message, blobs: Parcel["blobs"] = []): Parcel {
  const bytes = Buffer.from(formatMessage(message));
  return { from: "lead", to: "far", name: messageFileName(message), bytes, sha256: sha256(bytes), blobs };
}

const task = (): Message => ({
  ...taskOfPerson("far", { instructions: "Do it." }, "2026-01-01T00:00:00Z"),
  from: "lead",
});

/** A gateway that takes what it is given, or answers with these, one after the other. */
function rig(...answers: (string | Error)[]) {
  const turns: RemoteTurn[] = [];
  const clock = { now: 0 };
  const transport = gatewayTransport(remote, {
    now: () => clock.now,
    async call(_, turn) {
      turns.push(turn);
      const given = answers.shift();
      if (given instanceof Error) throw given;
      const { text } = checkSignature(turn.message, "far", KEY);
      const name = messageFileName(parseMessage(Buffer.from(text)));
      const accepted = formatReceipt({ message: name, sha256: sha256(text), status: "accepted" });
      return given === "in flight"
        ? { status: "in_flight" }
        : { result: { payloads: [{ text: given ?? accepted }] } };
    },
  });
  return { transport, turns, clock };
}

test("a message goes signed, as a turn whose key is its id, and its receipt comes back", async () => {
  const { transport, turns } = rig();
  const sent = parcel(task());
  expect(transport.reaches("far")).toBe(true);
  expect(transport.reaches("coder")).toBe(false);
  expect(await transport.deliver(sent)).toEqual({
    message: sent.name,
    sha256: sent.sha256,
    status: "accepted",
  });
  expect(turns[0]).toMatchObject({
    agentId: "far",
    deliver: false,
    idempotencyKey: parseMessage(sent.bytes).id,
  });
  expect(turns[0]?.sessionKey).toMatch(/^agent:far:/);
  const { text, is } = checkSignature(turns[0]?.message ?? "", "far", KEY);
  expect(is).toBe("valid");
  expect(text.trim()).toBe(new TextDecoder().decode(sent.bytes).trim());
});

test("the receiver's refusal is the receipt; the gateway would give it again to the same key, so the next try has another", async () => {
  const sent = parcel(task());
  const refusal = {
    message: sent.name,
    sha256: "",
    status: "refused",
    code: "E_NOT_YOURS",
    text: "not you",
  } as const;
  const { transport, turns } = rig(formatReceipt(refusal));
  expect(await transport.deliver(sent)).toEqual({ ...refusal, sha256: sent.sha256 });
  expect(await transport.deliver(sent)).toMatchObject({ status: "accepted" });
  const { id } = parseMessage(sent.bytes);
  expect(turns.map(({ idempotencyKey }) => idempotencyKey)).toEqual([id, `${id}~2`]);
});

test("a lost connection and a turn that goes on are asked for by the same key; what the gateway answered, by another", async () => {
  const { transport, turns } = rig(
    new Error("lost"),
    "in flight",
    new GatewayRefusal("draining"),
    "Clawflow does not run",
  );
  const sent = parcel(task());
  for (let attempt = 1; attempt <= 4; attempt++) await expect(transport.deliver(sent)).rejects.toThrow();
  await transport.deliver(sent);
  const { id } = parseMessage(sent.bytes);
  expect(turns.map(({ idempotencyKey }) => idempotencyKey)).toEqual([id, id, id, `${id}~2`, `${id}~3`]);
});

test("a gateway whose model answered is left alone for ten minutes", async () => {
  const { transport, turns, clock } = rig("Sure, I will do it!");
  const sent = parcel(task());
  await expect(transport.deliver(sent)).rejects.toThrow("takes no messages");
  clock.now = 599_999;
  await expect(transport.deliver(sent)).rejects.toThrow("takes no messages");
  expect(turns).toHaveLength(1);
  clock.now = 600_000;
  expect(await transport.deliver(sent)).toMatchObject({ status: "accepted" });
});

test("files stay here: a TASK with some is refused, a reply says so", async () => {
  const attachments = [{ name: "table.csv", sha256: "a".repeat(64), bytes: 3 }];
  const blobs = [{ sha256: "a".repeat(64), path: "/nowhere" }];
  const { transport, turns } = rig();
  const work = { ...task(), attachments } as Message;
  expect(await transport.deliver(parcel(work, blobs))).toMatchObject({ status: "refused", code: "E_BLOB" });
  expect(turns).toHaveLength(0);
  const reply = {
    ...{
      clawflow: 2,
      version: 2,
      type: "reply",
      id: "r-1",
      task_id: "job",
      attempt: 1,
      from: "lead",
      to: "far",
    },
    ...{ sent_at: "2026-01-01T00:00:00Z", completed_at: "2026-01-01T00:00:00Z", status: "done", attachments },
    body: { results: "It is done.", error: "", partial: "None" },
  } as Message;
  expect(await transport.deliver(parcel(reply, blobs))).toMatchObject({ status: "accepted" });
  expect(turns[0]?.message).toContain("It is done.");
  expect(turns[0]?.message).toContain("table.csv");
  expect(turns[0]?.message).not.toContain("a".repeat(64));
});
