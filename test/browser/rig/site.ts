import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext } from "playwright-core";
import { expect } from "vitest";
import { type Dashboard, startDashboard } from "../../../src/dashboard/start-dashboard.ts";
import { nodeDisk } from "../../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../../src/view/root-agents.ts";
import { type Look, openBrowser, openWindow, type Window } from "./open-browser.ts";
import type { Team } from "./team.ts";

const PAGE = fileURLToPath(new URL("../../../dist/dashboard/page/", import.meta.url));

/** A root with a host that runs its agents. */
export interface Hosted {
  readonly root: string;
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

/** A team at work, the dashboard that shows it, and a browser that was let in by a link. */
export class Site<T extends Hosted = Team> {
  readonly team: T;
  #dashboard: Dashboard | undefined;
  #browser: Browser | undefined;
  #cookies: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined;
  /** What went wrong in the server. */
  readonly faults: unknown[] = [];

  constructor(team: T) {
    this.team = team;
  }

  async start(): Promise<this> {
    // `npm run test:browser` builds it first; two files that did so by themselves would disturb each other.
    if (!existsSync(PAGE)) throw new Error("the page is not built: npm run build");
    const [browser] = await Promise.all([openBrowser(), this.team.start()]);
    this.#browser = browser;
    const disk = nodeDisk();
    const { root } = this.team;
    this.#dashboard = await startDashboard({
      place: () => ({ disk, root, agents: agentsOfRoot(disk, root) }),
      port: 0,
      version: "0",
      pageFolder: PAGE,
      onFault: (error) => this.faults.push(error),
    });
    const { page, close } = await openWindow(browser, undefined);
    await page.goto(this.dashboard.newLink());
    await page.getByRole("heading", { level: 1 }).waitFor();
    // The key is in no address any more.
    expect(page.url()).not.toContain("key");
    this.#cookies = await page.context().storageState();
    await close();
    return this;
  }

  get dashboard(): Dashboard {
    if (this.#dashboard === undefined) throw new Error("the site was not started");
    return this.#dashboard;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#dashboard?.stop();
    await this.team.stop();
    expect(this.faults).toEqual([]);
  }

  /** A window of its own. @param at as it stands after the address of the page: `#/agents` */
  async open(at: string, look: Look = {}): Promise<Window> {
    if (this.#browser === undefined) throw new Error("the site was not started");
    const window = await openWindow(this.#browser, this.#cookies, look);
    await window.page.goto(this.url(at));
    return window;
  }

  url(at: string): string {
    return `http://127.0.0.1:${this.dashboard.port}/${at}`;
  }
}
