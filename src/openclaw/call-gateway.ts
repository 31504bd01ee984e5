import { GatewayRefusal, type GatewayTransportPorts } from "./gateway-transport.ts";

/** What we use of OpenClaw's client, which knows how gateways pair and keeps what they agree on. */
interface GatewayClient {
  start(): void;
  stopAndWait(options?: { timeoutMs?: number }): Promise<void>;
  request(
    method: string,
    parameters: unknown,
    options: { expectFinal?: boolean; timeoutMs?: number },
  ): Promise<unknown>;
}

interface GatewayClientOptions {
  url: string;
  token: string;
  clientName: "gateway-client";
  clientDisplayName: string;
  mode: "backend";
  role: "operator";
  scopes: string[];
  onHelloOk(): void;
  onConnectError(error: Error): void;
  onClose(code: number, reason: string): void;
}

interface GatewayRuntime {
  GatewayClient: new (options: GatewayClientOptions) => GatewayClient;
}

/** Milliseconds. */
const LIMITS = { connect: 20_000, answer: 30_000 };

/** Asks for one turn at another gateway, over a connection of its own. */
export function gatewayCaller(limits = LIMITS): GatewayTransportPorts["call"] {
  return async ({ url, token }, turn) => {
    // @ts-expect-error OpenClaw has it at hand for its plugins; to build us nobody needs OpenClaw.
    const { GatewayClient } = (await import("openclaw/plugin-sdk/gateway-runtime")) as GatewayRuntime;
    let client: GatewayClient | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const connected = await new Promise<GatewayClient>((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`${url} does not answer`)), limits.connect);
        const connecting = new GatewayClient({
          url,
          token,
          clientName: "gateway-client",
          clientDisplayName: "Clawflow",
          mode: "backend",
          role: "operator",
          scopes: ["operator.read", "operator.write"],
          onHelloOk: () => resolve(connecting),
          onConnectError: reject,
          onClose: (code, reason) => reject(new Error(`${url} closed the connection: ${code} ${reason}`)),
        });
        client = connecting;
        connecting.start();
      });
      const options = { expectFinal: true, timeoutMs: limits.answer };
      return await connected.request("agent", turn, options).catch(asRefusal);
    } finally {
      clearTimeout(timer);
      await client?.stopAndWait({ timeoutMs: 1_000 }).catch(() => {});
    }
  };
}

/** An error that the gateway itself sent as its answer has its code. */
function asRefusal(error: unknown): never {
  throw error instanceof Error && "gatewayCode" in error ? new GatewayRefusal(error.message) : error;
}
