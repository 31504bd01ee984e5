import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

/** What is used of the package `ws`, which comes with OpenClaw. */
interface Socket {
  on(event: "message", listener: (data: Buffer) => void): void;
  on(event: "error" | "close", listener: (error?: unknown) => void): void;
  send(text: string): void;
  close(): void;
}

interface Frame {
  type: "event" | "res";
  id?: string;
  ok?: boolean;
  payload?: { status?: string };
  error?: { code?: string; message?: string };
  event?: string;
}

interface Waiting {
  final: boolean;
  resolve(payload: unknown): void;
  reject(error: Error): void;
}

const SCOPES = ["operator.read", "operator.write", "operator.admin"];

/** A client of the gateway's WebSocket protocol, on loopback with the shared token. */
export class GatewayClient {
  readonly #socket: Socket;
  readonly #waiting = new Map<string, Waiting>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#take(JSON.parse(data.toString()) as Frame));
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the gateway closed the connection"));
      this.#waiting.clear();
    });
  }

  /** @param caps what it says that it can do, such as to show prompts for approvals */
  static async connect(url: string, token: string, caps: readonly string[] = []): Promise<GatewayClient> {
    const WebSocket = createRequire(import.meta.url)("ws") as new (url: string) => Socket;
    const socket = new WebSocket(`ws://${url}`);
    await new Promise<void>((resolve, reject) => {
      // The first frame is the challenge, which the shared token on loopback need not sign.
      socket.on("message", () => resolve());
      socket.on("error", reject);
    });
    const client = new GatewayClient(socket);
    await client.call("connect", {
      minProtocol: 4,
      maxProtocol: 4,
      client: { id: "gateway-client", version: "0", platform: process.platform, mode: "backend" },
      role: "operator",
      scopes: SCOPES,
      caps,
      auth: { token },
    });
    return client;
  }

  /** @param options.final waits past `accepted` for the answer that ends it. */
  call(method: string, params: Record<string, unknown>, options: { final?: boolean } = {}): Promise<unknown> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { final: options.final === true, resolve, reject });
      this.#socket.send(JSON.stringify({ type: "req", id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }

  #take({ type, id = "", ok, payload, error }: Frame): void {
    const waiting = type === "res" ? this.#waiting.get(id) : undefined;
    if (waiting === undefined) return;
    if (ok === true && waiting.final && payload?.status === "accepted") return;
    this.#waiting.delete(id);
    if (ok === true) waiting.resolve(payload);
    else waiting.reject(new Error(`${error?.code}: ${error?.message}`));
  }
}
