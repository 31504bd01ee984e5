import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { createHost, submit } from "../dist/index.js";
import { messageFileName } from "../dist/protocol/ids.js";
import { formatMessage } from "../dist/protocol/message-codec.js";
import { formatTable } from "./peers/lib/markdown.mjs";
import { percentile } from "./peers/lib/statistics.mjs";
import { freshRoot } from "./team.mjs";

const DIST = join(import.meta.dirname, "..", "dist");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];

/** The dashboard in a real browser, on a root with a long past and a host at work. Needs Chromium: /usr/bin/chromium, or $CHROMIUM. */
export async function measureDashboard({ quick, rounds, progress }) {
  const tasks = quick ? 100 : 1_000;
  const messages = quick ? 2_000 : 20_000;
  const { root, host, tree } = await startedRoot(tasks, messages, progress);
  const server = await startServer(root);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
  });
  const context = await browser.newContext();
  const entered = await context.newPage();
  await entered.goto(server.link);
  await entered.getByRole("heading", { level: 1 }).waitFor();
  await entered.close();

  const paints = [];
  for (let round = 0; round < Math.max(5, rounds); round++) paints.push(await paintedIn(context, server.at));
  const page = await context.newPage();
  await page.goto(server.at);
  await page.evaluate(WATCH);
  await page.getByText("waits for a person").first().waitFor();
  const events = await eventsReach(page, host, quick ? 10 : 40);
  const busy = await keepsUp(page, host, quick ? 3_000 : 10_000);
  const memory = memoryOf(server.pid);
  await page.close();
  const graph = await moved(context, server.at, tree, quick ? 3_000 : 10_000);
  await browser.close();
  server.stop();
  await host.stop();
  const script = gzipSync(readFileSync(join(DIST, "dashboard", "page", "app.js")), { level: 9 }).length;
  return report({ tasks, messages, paints, events, busy, memory, graph, script, progress });
}

/** Jobs that were done today, some that wait, and letters of many days; a host that goes on. */
async function startedRoot(tasks, messages, progress) {
  const root = freshRoot();
  const lead = ({ kind, task, results }) => {
    if (kind === "synthesise") return `${Object.keys(results).length} parts`;
    if (task.title.startsWith("waits")) return { ask: "Which one?" };
    if (task.title === TREE) return plan(10, "branch", (n) => (n > 1 ? [`n${n - 2}`] : []));
    return task.title.startsWith("job") ? plan(49, "worker") : "at once";
  };
  const branch = ({ kind }) =>
    kind === "synthesise" ? "done" : plan(49, "worker", (n) => (n > 6 ? [`n${n - 7}`] : []));
  const worker = ({ task }) => `result of ${task.title}`;
  const host = await createHost({
    root,
    durability: "os",
    limits: { subtasks: 1000, concurrency: 1000, brains: 64 },
    agents: {
      lead: { brain: lead, peers: ["worker", "branch"], concurrency: 8 },
      branch: { brain: branch, peers: ["worker"], concurrency: 8 },
      worker: { brain: worker, concurrency: 8 },
    },
  });
  await host.start();
  for (let n = 0; n < tasks / 50; n++) {
    const { task_id } = await submit(host, "lead", { title: `job ${n}`, instructions: `do ${n}` });
    await host.finished("lead", task_id);
  }
  const { task_id: tree } = await submit(host, "lead", { title: TREE, instructions: "x" });
  await host.finished("lead", tree);
  for (let n = 0; n < 5; n++)
    await submit(host, "lead", { title: `waits for a person ${n}`, instructions: "x" });
  // Each part of a job is a TASK and a REPLY, with the copies of both sides.
  fillArchive(join(root, "worker"), Math.max(0, messages - tasks * 4));
  progress(`${tasks} tasks, ${messages} messages`);
  return { root, host, tree };
}

/** A job of 501 tasks. */
const TREE = "a tree of five hundred";

function plan(count, agent, after = () => []) {
  const parts = Array.from({ length: count }, (_, n) => [
    `n${n}`,
    { agent, description: `part ${n}`, depends_on: after(n) },
  ]);
  return { subtasks: Object.fromEntries(parts), policy: { concurrency: 64 } };
}

function fillArchive(workspace, count) {
  for (let n = 0; n < count; n++) {
    const day = join(workspace, "mailbox", "archive", "2026", "01", String((n % 28) + 1).padStart(2, "0"));
    if (n < 28) mkdirSync(day, { recursive: true });
    const message = {
      clawflow: 2,
      version: 2,
      type: "progress",
      id: `m-${String(n).padStart(24, "0")}`,
      task_id: `old-${n}`,
      attempt: 1,
      from: "lead",
      to: "worker",
      sent_at: "2026-01-01T00:00:00.000Z",
      note: "working",
      body: { text: "" },
    };
    writeFileSync(join(day, messageFileName(message)), formatMessage(message));
  }
}

/** `clawflow dashboard`, as people start it. */
function startServer(root) {
  const words = ["dashboard", "--no-open", "--port", "0", "--json", "--root", root];
  const child = spawn(process.execPath, [join(DIST, "cli", "main.js"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let out = "";
    child.on("exit", () => reject(new Error(`the dashboard ended: ${out}`)));
    child.stdout.on("data", (chunk) => {
      out += chunk;
      const [, link] = /"url":\s*"([^"]+)"/.exec(out) ?? [];
      if (link === undefined) return;
      resolve({ link, at: new URL("/", link).href, pid: child.pid, stop: () => child.kill() });
    });
  });
}

/** Milliseconds from the address to the first paint, and to what needs a person standing there. */
async function paintedIn(context, at) {
  const page = await context.newPage();
  await page.goto(at, { waitUntil: "commit" });
  await page.getByText("waits for a person").first().waitFor();
  const [first, whole] = await page.evaluate(
    `[performance.getEntriesByName("first-contentful-paint")[0].startTime, performance.now()]`,
  );
  await page.close();
  return { first, whole };
}

/** Notes when the stream tells of a change, when a text comes to stand on the page, and how long the page was not to be spoken to. */
const WATCH = `(() => {
  globalThis.told = [];
  globalThis.longest = 0;
  new EventSource("/api/events").addEventListener("changed", () => told.push(Date.now()));
  globalThis.shown = (text) => new Promise((resolve) => {
    const look = () => document.body.textContent.includes(text) && (resolve(Date.now()), watch.disconnect());
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  });
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  frame();
})()`;

/** Milliseconds from a file in an inbox to the stream's word of it, and to the page that shows it. */
async function eventsReach(page, host, count) {
  const times = [];
  for (let n = 0; n < count; n++) {
    const title = `news ${n} of ${count};`;
    const shown = page.evaluate(`shown(${JSON.stringify(title)})`);
    // At rest, as far as the page knows.
    await page.waitForTimeout(1_200);
    await page.evaluate("told.length = 0");
    const begun = Date.now();
    await submit(host, "lead", { title, instructions: "x" });
    const seen = await shown;
    const told = await page.evaluate("told[0]");
    times.push({ told: told - begun, shown: seen - begun });
  }
  return times;
}

/** A host that changes files a hundred times a second, and somebody who types meanwhile. */
async function keepsUp(page, host, ms) {
  const end = Date.now() + ms;
  const field = page.getByRole("searchbox");
  await page.evaluate("longest = 0");
  const typed = [];
  let updates = 0;
  const begins = setInterval(() => {
    updates++;
    void submit(host, "lead", { title: `quick ${updates}`, instructions: "x" });
  }, 10);
  while (Date.now() < end) {
    const begun = performance.now();
    await field.press("x");
    typed.push(performance.now() - begun);
    await page.waitForTimeout(100);
  }
  clearInterval(begins);
  return { updates: updates / (ms / 1000), typed, longest: await page.evaluate("longest") };
}

/** Milliseconds between frames while somebody zooms and drags the graph of 501 tasks, all of them open. */
async function moved(context, at, tree, ms) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${at}#/task/lead/${tree}/graph`);
  await page.getByRole("button", { name: "Open all" }).click();
  await page.waitForFunction("document.querySelectorAll('.graph-card').length > 500");
  await page.evaluate(FRAMES);
  const window = await page.locator("svg:has(.graph-card)").boundingBox();
  const x = window.x + window.width / 2;
  const y = window.y + window.height / 2;
  await page.mouse.move(x, y);
  await page.evaluate("frames.length = 0");
  for (const end = Date.now() + ms; Date.now() < end; ) {
    for (const step of [-240, -240, 240, 240, 240, 240, -240, -240]) await page.mouse.wheel(0, step);
    await page.mouse.down();
    for (const [dx, dy] of [
      [150, 90],
      [-150, -90],
      [0, 0],
    ])
      await page.mouse.move(x + dx, y + dy, { steps: 8 });
    await page.mouse.up();
  }
  const frames = await page.evaluate("frames");
  await page.close();
  return frames;
}

const FRAMES = `(() => {
  globalThis.frames = [];
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

/** MiB that are resident, and that were at most. */
function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 1024;
  return { now: mib("VmRSS"), most: mib("VmHWM") };
}

function report({ tasks, messages, paints, events, busy, memory, graph, script, progress }) {
  const ms = (values, part) => Math.round(percentile(values, part));
  const pick = (all, key) => all.map((one) => one[key]);
  const rows = [
    ["first paint, ms", ms(pick(paints, "first"), 0.5), ms(pick(paints, "first"), 1), 1000],
    [
      "what needs a person stands there, ms",
      ms(pick(paints, "whole"), 0.5),
      ms(pick(paints, "whole"), 1),
      "",
    ],
    [
      "a message in an inbox reaches the page, ms",
      ms(pick(events, "told"), 0.5),
      ms(pick(events, "told"), 0.95),
      200,
    ],
    ["and is shown, ms", ms(pick(events, "shown"), 0.5), ms(pick(events, "shown"), 0.95), ""],
    [
      `a key, at ${Math.round(busy.updates)} jobs a second, ms`,
      ms(busy.typed, 0.5),
      ms(busy.typed, 0.95),
      "",
    ],
    ["longest time without a frame meanwhile, ms", "", Math.round(busy.longest), ""],
    ["a frame while 501 tasks are zoomed and dragged, ms (95 %)", ms(graph, 0.5), ms(graph, 0.95), ""],
    ["the longest of these, ms", "", ms(graph, 1), ""],
    ["memory of the server, MiB", Math.round(memory.now), Math.round(memory.most), 120],
    ["script, compressed, kB", "", Math.round(script / 1000), 150],
  ];
  for (const row of rows) progress(row.join("  "));
  return {
    title: "The dashboard",
    tables: [
      `A root with ${tasks} tasks of today and ${messages} messages, a host at work, \`clawflow dashboard\` and Chromium.`,
      formatTable(["", "median, or now", "95 %, or most", "bound"], rows),
    ].join("\n\n"),
    data: { tasks, messages, paints, events, busy, memory, graph, script },
    sane: [
      ["first paint, ms", ms(pick(paints, "first"), 0.5), 3000],
      ["memory of the server, MiB", memory.most, 200],
      ["script, kB", script / 1000, 150],
    ],
  };
}
