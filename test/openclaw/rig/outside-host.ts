// A host of the agent `lead` outside of every gateway, whose peer `coder` is an agent of one: `node outside-host.ts <options as JSON>`. Turns that come
// to it, as they would to a gateway with the plugin, are messages for its agent. Prints `ready <port>`; what it sends and what its agent is
// asked stands in `calls.jsonl` and `questions.jsonl` of its root.
import "./find-openclaw.mjs";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { BrainFunction } from "../../../src/brain/function-brain.ts";
import { createHost } from "../../../src/host/create-host.ts";
import { gatewayCaller } from "../../../src/openclaw/call-gateway.ts";
import { GatewayRefusal, gatewayTransport } from "../../../src/openclaw/gateway-transport.ts";
import { takeMessage } from "../../../src/openclaw/message-in.ts";
import { type Socket, socketServer } from "./web-socket.ts";

export interface OutsideOptions {
  root: string;
  /** The gateway of `coder`. */
  url: string;
  key: string;
  /** Milliseconds for an answer. */
  patience: number;
  /** With which one connects to it. */
  ownToken: string;
  limits?: Record<string, string>;
}

/** A call of the gateway, as it ended. */
export interface Call {
  key: string;
  ended: "answer" | "refusal" | "fault";
  text: string;
}

const { root, url, key, patience, ownToken, limits } = JSON.parse(process.argv[2] ?? "") as OutsideOptions;
const remote = {
  coder: {
    url,
    key,
    description: "Writes code",
    /** As it stands in the file now. */
    get token(): string {
      return readFileSync(join(root, "token"), "utf8");
    },
  },
};
const write = (file: string, line: object) => appendFileSync(join(root, file), `${JSON.stringify(line)}\n`);
const callGateway = gatewayCaller({ connect: patience, answer: patience });

const transport = gatewayTransport(remote, {
  now: () => performance.now(),
  async call(to, turn) {
    const end = (ended: Call["ended"], text: string) =>
      write("calls.jsonl", { key: turn.idempotencyKey, ended, text } satisfies Call);
    try {
      const answer = await callGateway(to, turn);
      end("answer", JSON.stringify(answer).slice(0, 500));
      return answer;
    } catch (error) {
      end(error instanceof GatewayRefusal ? "refusal" : "fault", String(error));
      throw error;
    }
  },
});

/** Gives all of a task to `coder`. */
const splits: BrainFunction = ({ kind, task, results }) => {
  write("questions.jsonl", { task: task.task_id, kind });
  if (kind === "synthesise") return { results: `The whole: ${results?.piece?.results ?? ""}` };
  return {
    subtasks: { piece: { agent: "coder", description: "", instructions: task.instructions, depends_on: [] } },
  };
};

const host = await createHost({
  root,
  agents: {
    lead: {
      peers: ["*"],
      concurrency: 64,
      brain: splits,
    },
  },
  elsewhere: { coder: { description: "Writes code" } },
  ports: { transports: [transport] },
  ...(limits === undefined ? {} : { limits }),
});
await host.start();

const sockets = socketServer();
const server = createServer();
server.on("upgrade", (request, socket, head) => sockets.handleUpgrade(request, socket, head, serve));
server.listen(0, "127.0.0.1", () => console.log(`ready ${(server.address() as AddressInfo).port}`));

/** What a gateway answered is answered again to the same key. */
const answers = new Map<string, Promise<string | undefined>>();

interface Request {
  id: string;
  method: string;
  params: {
    agentId: string;
    message: string;
    sessionKey: string;
    idempotencyKey: string;
    auth?: { token?: string };
  };
}

function serve(client: Socket): void {
  const send = (frame: object) => {
    if (client.readyState === client.OPEN) client.send(JSON.stringify(frame));
  };
  client.on("error", () => {});
  client.on("message", async (data) => {
    const { id, method, params } = JSON.parse(data.toString()) as Request;
    const answer = (payload: object) => send({ type: "res", id, ok: true, payload });
    if (method === "connect" && params.auth?.token === ownToken) return answer(HELLO);
    if (method !== "agent") {
      send({ type: "res", id, ok: false, error: method === "connect" ? UNAUTHORIZED : UNKNOWN });
      return method === "connect" ? client.close(1008, "unauthorized") : undefined;
    }
    const { agentId, sessionKey, message, idempotencyKey: runId } = params;
    const context = { agentId, sessionKey, trigger: "user" };
    const ports = { host, remote, logger: console };
    const known = answers.get(runId) ?? takeMessage(message, context, ports);
    answers.set(runId, known);
    answer({ runId, status: "accepted", acceptedAt: Date.now() });
    const payloads = [{ text: (await known) ?? "Sure." }];
    answer({ runId, status: "ok", summary: "completed", result: { payloads, meta: {} } });
  });
  send({ type: "event", event: "connect.challenge", payload: { nonce: `${Math.random()}`, ts: Date.now() } });
}

const UNKNOWN = { code: "INVALID_REQUEST", message: "unknown method" };
const UNAUTHORIZED = { code: "INVALID_REQUEST", message: "unauthorized: gateway token mismatch" };
const HELLO = {
  type: "hello-ok",
  protocol: 4,
  server: { version: "2026.9.6", connId: "outside" },
  features: { methods: ["agent"], events: [] },
  snapshot: { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 1 },
  auth: { role: "operator", scopes: ["operator.read", "operator.write"] },
  policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 15_000 },
};
