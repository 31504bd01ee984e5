// Makes the pictures of docs/pictures/ from a team at work and the dashboard in a real browser: `npm run screenshots [-- <name> …]`.
// Times stand still and ids are fixed, so that a picture changes when what it shows does. Needs Chromium: /usr/bin/chromium, or $CHROMIUM.
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { standStill } from "./demo/clock.mjs";

const PICTURES = join(dirname(fileURLToPath(import.meta.url)), "..", "docs", "pictures");
/** Bytes; a page of documentation is read over slow lines too. */
const LARGEST = 150 * 1024;

const AUDIT = "audit-permission-checks-k3f9x2";
const DOCS = "docs-for-version-3-5hq8tn";
/** Of each view: where it is, how high the window is, and what must stand there first. */
const VIEWS = {
  home: { at: "#/", height: 900, shows: "Docs for version 3" },
  task: { at: `#/task/editor/${DOCS}`, height: 820, shows: "Rewrite the guide" },
  graph: { at: `#/task/editor/${DOCS}/graph`, width: 1280, height: 700, shows: "translator" },
  timeline: { at: `#/task/editor/${AUDIT}/timeline`, height: 640, shows: "inspector" },
  messages: { at: `#/task/editor/${AUDIT}/messages`, height: 760, shows: "surveyor" },
  phone: { at: "#/", width: 390, height: 780, shows: "Docs for version 3" },
};

/** The one thing on the page that is another each time. */
const SAME_PROCESS = `(() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let one = texts.nextNode(); one !== null; one = texts.nextNode())
    one.data = one.data.replace(/(process )\\d+/i, "$14711").replace(/^${process.pid}$/, "4711");
})()`;

const wanted = process.argv.slice(2);
const clock = standStill("2026-06-02T09:12:00Z");
const { demoHost } = await import("./demo/root.mjs");
const { startDashboard } = await import("../dist/dashboard/start-dashboard.js");
const { agentsOfRoot } = await import("../dist/view/root-agents.js");
const { nodeDisk } = await import("../dist/store/node-disk.js");

const folder = mkdtempSync(join(tmpdir(), "clawflow-pictures-"));
const root = join(folder, ".clawflow", "agents");
mkdirSync(root, { recursive: true });
mkdirSync(PICTURES, { recursive: true });
const host = await demoHost(root, clock);
const disk = nodeDisk();
const place = () => ({ disk, root, agents: agentsOfRoot(disk, root) });
const dashboard = await startDashboard({ place, port: 0, version: "0", onFault: console.error });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
try {
  for (const scheme of ["light", "dark"]) await takeAll(scheme);
} finally {
  await browser.close();
  await dashboard.stop();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function takeAll(scheme) {
  const context = await browser.newContext({
    colorScheme: scheme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(clock.now());
  await page.goto(dashboard.newLink());
  for (const [name, { at, width = 1000, height, shows }] of Object.entries(VIEWS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await page.setViewportSize({ width, height });
    await page.goto(`http://127.0.0.1:${dashboard.port}/${at}`);
    await page.getByText(shows).filter({ visible: true }).first().waitFor({ timeout: 10_000 });
    await page.waitForLoadState("networkidle", { timeout: 2000 }).catch(() => {});
    await page.mouse.move(0, 0);
    await page.evaluate(SAME_PROCESS);
    const path = join(process.env.PICTURES ?? PICTURES, `${name}-${scheme}.png`);
    await page.screenshot({ path });
    const { size } = statSync(path);
    console.log(`docs/pictures/${name}-${scheme}.png  ${Math.round(size / 1024)} KiB`);
    if (size > LARGEST) throw new Error(`${path} is larger than ${LARGEST} bytes`);
  }
  await context.close();
}
