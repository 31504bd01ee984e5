import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { parseEnvelope } from "../../../src/protocol/message-codec.ts";
import { openSocket, type Socket, socketServer } from "./web-socket.ts";

/** What becomes of one request for a turn. */
export type Fault =
  | { do: "pass" }
  /** This error comes in the gateway's place, which hears nothing. */
  | { do: "refuse"; error: { code: string; message: string; retryable?: boolean; retryAfterMs?: number } }
  /** The gateway gets the request with these changes. */
  | { do: "change"; method?: string; message?: (text: string) => string }
  /** Whatever comes back comes so many milliseconds late. */
  | { do: "late"; ms: number }
  /** From then on nothing passes; `cut`: the connection ends. `asked`: the gateway has the request, whatever it makes of it. */
  | { do: "hold" | "cut"; at: "asked" | "accepted" | "answered" }
  /** In place of the answer this, or the answer behind it. `frames`: the id of the request may stand in it; `raw`: these bytes, which are no frame. */
  | { do: "garbage"; frames?: (id: string) => readonly (string | Buffer)[]; raw?: Buffer; answer?: true }
  /** The request comes to the gateway twice, and each answer to the client. */
  | { do: "twice" };

/** A request for a turn whose text is a message. */
export interface Try {
  task: string;
  type: string;
  message: string;
  key: string;
  /** Of this message, from 1. */
  nth: number;
  /** `performance.now()` */
  at: number;
  fault: Fault;
  /** It has come to what the fault waits for. */
  reached: boolean;
  /** The gateway has answered, and would give the same answer to the same key: an error, or a text that accepts nothing. */
  refused: boolean;
}

type Request = Omit<Try, "fault" | "reached" | "refused">;

/** Who comes in: everybody, nobody, or only to be told something. */
export type Doors = "open" | "closed" | "too many" | "wrong token";

interface Frame {
  type?: string;
  id?: string;
  method?: string;
  ok?: boolean;
  params?: Record<string, unknown>;
  payload?: { status?: string; result?: { payloads?: { text?: string }[] } };
}

export interface Certificate {
  key: Buffer;
  cert: Buffer;
}

/** Stands before a gateway, and misbehaves in its place. */
export class FaultyProxy {
  /** `host:port` of what it stands before. */
  upstream = "";
  doors: Doors = "open";
  /** Asked at each request. */
  faultOf: (request: Request) => Fault = () => ({ do: "pass" });
  readonly tries: Try[] = [];
  readonly #server: Server;
  readonly #scheme: "ws" | "wss";
  readonly #sockets = socketServer();
  #port = 0;

  private constructor(certificate: Certificate | undefined) {
    this.#scheme = certificate === undefined ? "ws" : "wss";
    this.#server = certificate === undefined ? createServer() : createSecureServer(certificate);
    this.#server.on("upgrade", (request, socket, head) => this.#admit(request, socket, head));
  }

  /** @param certificate makes it one with `wss://` */
  static async start(upstream: string, certificate?: Certificate): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(certificate);
    proxy.upstream = upstream;
    await proxy.open();
    return proxy;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  triesOf(task: string, type: string): Try[] {
    return this.tries.filter((one) => one.task === task && one.type === type);
  }

  /** Nobody listens at the port until `open`. */
  async close(): Promise<void> {
    this.doors = "closed";
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    this.doors = "open";
  }

  #admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => {});
    if (this.doors === "too many") {
      const body = '{"error":{"message":"Too many requests","type":"rate_limited"}}';
      const headers = `content-type: application/json\r\nretry-after: 1\r\ncontent-length: ${body.length}`;
      socket.end(`HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\n${headers}\r\n\r\n${body}`);
      return;
    }
    const upstream = openSocket(`ws://${this.upstream}`);
    const early: Buffer[] = [];
    let take = (data: Buffer): void => {
      early.push(data);
    };
    upstream.on("message", (data) => take(data));
    upstream.on("error", () => socket.destroy());
    upstream.on("close", () => socket.destroy());
    upstream.on("open", () =>
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        take = this.#join(client, upstream);
        for (const data of early) take(data);
      }),
    );
  }

  /** @returns takes what comes from the gateway */
  #join(client: Socket, upstream: Socket): (data: Buffer) => void {
    let asked: { id: string; is: Try } | undefined;
    let held = false;
    const pass = (to: Socket, text: string | Buffer) => {
      if (!held && to.readyState === to.OPEN) to.send(text);
    };
    const stop = (is: Try, cut: boolean) => {
      held = true;
      is.reached = true;
      if (cut) client.terminate();
    };
    client.on("error", () => {});
    client.on("close", () => {
      // Who asked had no patience for what the fault waits for: there is no receipt either.
      if (asked !== undefined) asked.is.reached = true;
      upstream.terminate();
    });
    upstream.on("close", (code, reason) => {
      if (code === 1005 || code === 1006) client.terminate();
      else client.close(code, reason.toString());
    });
    client.on("message", (data) => {
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.method === "connect" && this.doors === "wrong token") {
        frame.params = { ...frame.params, auth: { token: "not the token" } };
      }
      if (frame.method !== "agent") return pass(upstream, JSON.stringify(frame));
      const is = this.#note(frame);
      const { fault } = is;
      asked = { id: frame.id ?? "", is };
      if (fault.do === "refuse") {
        is.reached = true;
        is.refused = true;
        return pass(client, JSON.stringify({ type: "res", id: frame.id, ok: false, error: fault.error }));
      }
      if (fault.do === "change") {
        is.reached = true;
        const message = fault.message?.(String(frame.params?.message)) ?? frame.params?.message;
        const params = { ...frame.params, message };
        return pass(upstream, JSON.stringify({ ...frame, method: fault.method ?? "agent", params }));
      }
      pass(upstream, JSON.stringify(frame));
      if (fault.do === "twice") pass(upstream, JSON.stringify({ ...frame, id: `${frame.id}-again` }));
      if ((fault.do === "hold" || fault.do === "cut") && fault.at === "asked") {
        // What was written is on its way: the gateway reads it, though nobody hears what it makes of it.
        const cut = fault.do === "cut";
        setTimeout(() => stop(is, cut), 20);
      }
    });
    return (data) => {
      const text = data.toString();
      const frame = JSON.parse(text) as Frame;
      if (asked === undefined || frame.type !== "res" || !frame.id?.startsWith(asked.id))
        return pass(client, text);
      const { is } = asked;
      const { fault } = is;
      const isFinal = frame.payload?.status !== "accepted";
      if ((fault.do === "hold" || fault.do === "cut") && (isFinal || fault.at === "accepted"))
        return stop(is, fault.do === "cut");
      if (fault.do === "garbage" && isFinal) {
        is.reached = true;
        for (const garbage of fault.frames?.(frame.id) ?? []) pass(client, garbage);
        if (fault.raw !== undefined) client._socket.write(fault.raw);
        if (fault.answer !== true) return;
      }
      if (fault.do === "late") {
        is.reached = true;
        setTimeout(() => pass(client, text), fault.ms);
        return;
      }
      is.refused = isFinal && isRefusal(frame);
      pass(client, text);
      if (fault.do === "twice") {
        is.reached = true;
        pass(client, text);
      }
    };
  }

  #note({ params = {} }: Frame): Try {
    const { task_id = "", type = "", id = "" } = parseEnvelope(Buffer.from(String(params.message)));
    const nth = this.tries.filter(({ message }) => message === id).length + 1;
    const request = {
      task: task_id,
      type,
      message: id,
      key: String(params.idempotencyKey),
      nth,
      at: performance.now(),
    };
    const is: Try = { ...request, fault: this.faultOf(request), reached: false, refused: false };
    this.tries.push(is);
    return is;
  }
}

function isRefusal({ ok, payload }: Frame): boolean {
  const text = payload?.result?.payloads?.[0]?.text;
  return ok === false || (text !== undefined && !text.startsWith("Clawflow accepted"));
}
