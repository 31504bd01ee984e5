import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";

/** What is used of the package `ws`, which comes with OpenClaw. */
export interface Socket {
  readonly OPEN: number;
  readonly readyState: number;
  on(event: "open", listener: () => void): void;
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: "close", listener: (code: number, reason: Buffer) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  send(text: string | Buffer): void;
  /** What is below it, to write what is no frame. */
  readonly _socket: Duplex;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

interface SocketServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (client: Socket) => void): void;
}

const ws = createRequire(import.meta.url)("ws") as {
  WebSocket: new (url: string) => Socket;
  WebSocketServer: new (options: { noServer: true }) => SocketServer;
};

export function openSocket(url: string): Socket {
  return new ws.WebSocket(url);
}

/** For the `upgrade` of an HTTP server. */
export function socketServer(): SocketServer {
  return new ws.WebSocketServer({ noServer: true });
}
