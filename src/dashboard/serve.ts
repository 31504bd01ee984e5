import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { ClawflowError } from "../protocol/errors.ts";
import { errorCode } from "../store/disk-error.ts";

/** How much at once, and how long. Milliseconds. */
export interface ServeLimits {
  connections: number;
  /** For a request to be sent whole: who drips it is cut off. */
  request: number;
  headers: number;
  /** Between looks for such. */
  checks: number;
}

export const LIMITS: ServeLimits = { connections: 128, request: 20_000, headers: 10_000, checks: 2_000 };

export interface Served {
  port: number;
  /** Cuts every connection. */
  stop(): Promise<void>;
}

/** Listens on this machine alone. @param port 0: any @throws E_USAGE: the port is taken, or not for us */
export async function serve(app: Hono, port: number, limits: ServeLimits = LIMITS): Promise<Served> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: limits.headers,
      requestTimeout: limits.request,
      connectionsCheckingInterval: limits.checks,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16 * 1024,
    },
  }) as Server;
  server.maxConnections = limits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(noPort(port, cause)));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, resolve);
  });
  server.on("error", () => {});
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function noPort(port: number, cause: Error): ClawflowError {
  const code = errorCode(cause);
  if (code !== "EADDRINUSE" && code !== "EACCES")
    return new ClawflowError("E_INTERNAL", "the dashboard cannot listen", { cause });
  const why = code === "EACCES" ? "the port is not for us" : "something else listens at the port";
  return new ClawflowError("E_USAGE", why, {
    found: `${port}`,
    hint: "Name another: --port 0 takes any.",
    cause,
  });
}
