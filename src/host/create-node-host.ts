import { nodeDisk } from "../store/node-disk.ts";
import { createHost } from "./create-host.ts";
import type { Host } from "./host.ts";
import type { HostOptions } from "./options.ts";
import { syncFileSystem } from "./sync-file-system.ts";

/**
 * `createHost` for a program that may start processes: many files are then made durable by one sync of their file system.
 * What must not start any, such as a plugin of a gateway, takes `createHost` itself.
 */
export function createNodeHost(options: HostOptions): Promise<Host> {
  return createHost({ ...options, ports: { disk: nodeDisk({ syncAll: syncFileSystem }), ...options.ports } });
}
