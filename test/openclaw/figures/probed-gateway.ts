import { fileURLToPath } from "node:url";
import { Gateway, type GatewayOptions } from "../rig/gateway.ts";

const PROBE = fileURLToPath(new URL("probe", import.meta.url));

interface Plugins {
  allow?: string[];
  load?: { paths: string[] };
  entries: Record<string, object>;
}

/** A gateway with a plugin beside ours that measures from within it. `start()` begins. */
export async function probedGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = await Gateway.create(options);
  const config = gateway.config() as { plugins: Plugins };
  const { plugins } = config;
  plugins.allow = [...(plugins.allow ?? []), "probe"];
  plugins.load = { paths: [...(plugins.load?.paths ?? []), PROBE] };
  plugins.entries.probe = { enabled: true };
  gateway.writeConfig({ ...config });
  return gateway;
}
