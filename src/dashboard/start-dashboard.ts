import type { Place } from "../cli/place.ts";
import { watchRoot } from "../cli/watch-root.ts";
import { Access } from "./access.ts";
import { Changes } from "./changes.ts";
import { makeApp } from "./make-app.ts";
import { PAGE_FOLDER } from "./page-files.ts";
import { type ServeLimits, serve } from "./serve.ts";

export interface StartOptions {
  place(): Place;
  /** 0: any that is free. */
  port: number;
  version: string;
  pageFolder?: string;
  limits?: ServeLimits;
  /** How often files are looked at that no event tells of, milliseconds. */
  look?: number;
  onFault(error: unknown): void;
}

export interface Dashboard {
  port: number;
  access: Access;
  /** An address that lets one browser in, once. */
  newLink(): string;
  stop(): Promise<void>;
}

/** Serves the page and watches the files. @throws as `serve` does */
export async function startDashboard(options: StartOptions): Promise<Dashboard> {
  const { place, version, pageFolder = PAGE_FOLDER, onFault } = options;
  const access = new Access();
  const changes = new Changes();
  let port = options.port;
  const site = { place, port: () => port, access, changes, version, pageFolder, onFault };
  const { app, stop: endStreams } = makeApp(site);
  const served = await serve(app, port, options.limits).catch((error: unknown) => {
    changes.stop();
    throw error;
  });
  port = served.port;
  const unwatch = watchRoot(place, (agents) => changes.note(agents), options.look);
  return {
    port,
    access,
    newLink: () => `http://127.0.0.1:${port}/enter?key=${access.newLink()}`,
    async stop() {
      unwatch();
      changes.stop();
      endStreams();
      await served.stop();
    },
  };
}
