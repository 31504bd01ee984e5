import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Debian's Chromium, or another that `CHROMIUM` names. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

export interface Look {
  dark?: boolean;
  /** In CSS pixels. */
  width?: number;
}

/** A window whose faults are noted: errors on the console, exceptions, requests that failed. */
export interface Window {
  page: Page;
  /** Faults so far; a test that causes one by intent takes it away. */
  faults: string[];
  close(): Promise<void>;
}

/** @param state cookies of a browser that was let in */
export async function openWindow(
  browser: Browser,
  state: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined,
  { dark = false, width = 1200 }: Look = {},
): Promise<Window> {
  const context = await browser.newContext({
    ...(state === undefined ? {} : { storageState: state }),
    colorScheme: dark ? "dark" : "light",
    viewport: { width, height: 800 },
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`${error}`));
  page.on("requestfailed", (request) => {
    // A view that is left gives up what it asked for.
    const why = request.failure()?.errorText ?? "";
    if (why !== "net::ERR_ABORTED") faults.push(`${request.url()}: ${why}`);
  });
  return { page, faults, close: () => context.close() };
}

/** Nothing that keeps people from using it, as far as a program can tell. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeRun> } };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).slice(0, 3)}`);
  });
  expect(found, where).toEqual([]);
}

interface AxeRun {
  violations: { id: string; help: string; impact: string; nodes: { html: string }[] }[];
}

/** What stands beyond the right edge. It runs in the page. */
const BEYOND = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const beyond = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > clientWidth + 1,
  );
  return [scrollWidth + " > " + clientWidth, ...beyond.slice(0, 5).map((one) => one.outerHTML.slice(0, 120))];
})()`;

/** Nothing is wider than the window. */
export async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  expect(await page.evaluate(BEYOND), where).toEqual([]);
}
