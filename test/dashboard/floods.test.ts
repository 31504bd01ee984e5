import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Changes } from "../../src/dashboard/changes.ts";
import { Events } from "../../src/dashboard/events.ts";
import { LIMITS } from "../../src/dashboard/serve.ts";
import { until } from "../host/until.ts";
import { ask, makeRoot, open, post, type Rig, raw, startRig } from "./rig.ts";

let made: Awaited<ReturnType<typeof makeRoot>>;
beforeAll(async () => {
  made = await makeRoot();
});
afterAll(() => made.end());

const rigs: Rig[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const rig of rigs.splice(0)) await rig.stop();
});

async function startOne(limits = {}): Promise<Rig> {
  const rig = await startRig(made.root, { limits: { ...LIMITS, ...limits } });
  rigs.push(rig);
  return rig;
}

function openTo(rig: Rig): Socket {
  const socket = open(rig);
  sockets.push(socket);
  return socket;
}

function head(rig: Rig, line: string): string {
  return `${line} HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nCookie: ${rig.cookie}\r\nOrigin: ${rig.origin}\r\n`;
}

async function expectServes(rig: Rig): Promise<void> {
  expect((await ask(rig, "/api/look/status")).status).toBe(200);
}

/** A page that follows; what it has heard so far. */
function follow(rig: Rig): { socket: Socket; heard: () => string } {
  const socket = openTo(rig);
  let text = "";
  socket.on("data", (part) => {
    text += part;
  });
  socket.write(`${head(rig, "GET /api/events")}\r\n`);
  return { socket, heard: () => text };
}

test("who sends a head or a body drop by drop is cut off, and nobody waits for them", async () => {
  const rig = await startOne({ request: 900, headers: 700, checks: 50 });
  const drips = [
    head(rig, "GET /"),
    `${head(rig, "POST /api/act/send")}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
  ];
  const ended = drips.flatMap((drip) =>
    Array.from({ length: 10 }, async () => {
      const socket = openTo(rig);
      socket.resume();
      socket.write(drip);
      const dripping = setInterval(() => socket.writable && socket.write("x"), 40);
      await new Promise((resolve) => socket.once("close", resolve));
      clearInterval(dripping);
    }),
  );
  await expectServes(rig);
  await Promise.all(ended);
});

test("connections beyond the limit are dropped; those within go on", async () => {
  const rig = await startOne({ connections: 10, headers: 3_600_000, request: 3_600_000 });
  const all = Array.from({ length: 40 }, () => openTo(rig));
  let closed = 0;
  for (const socket of all) {
    socket.resume();
    socket.on("close", () => closed++);
  }
  await until(() => closed === 30 || undefined, "that 30 of 40 are dropped");
  for (const socket of all) socket.destroy();
  await until(async () => (await ask(rig, "/api/look/status").catch(() => undefined))?.status === 200);
});

test("a body that is too large is refused by what it says, and by what it is", async () => {
  const rig = await startOne();
  const line = `${head(rig, "POST /api/act/send")}Content-Type: application/json\r\n`;
  expect(await raw(rig, `${line}Content-Length: 99999999999\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 413 /);
  const large = await post(rig, "/api/act/send", {
    words: ["lead", "-"],
    input: "x".repeat(9 * 1024 * 1024),
  }).catch((error: Error) => ({ status: 413, error }));
  expect(large.status).toBe(413);
  const put = {
    method: "PUT",
    body: JSON.stringify({ text: "x".repeat(9 * 1024 * 1024), hash: "0".repeat(64) }),
  };
  const saved = await ask(rig, `/api/task-file/lead/${made.task_id}`, put).catch(() => ({ status: 413 }));
  expect(saved.status).toBe(413);
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  const socket = openTo(rig);
  let said = "";
  socket.on("data", (part) => {
    said += part;
  });
  socket.write(`${line}Transfer-Encoding: chunked\r\n\r\n`);
  for (let n = 0; n < 140 && socket.writable; n++) socket.write(chunk);
  await until(() => /^HTTP\/1\.1 413 /.test(said) || socket.destroyed || undefined);
  await expectServes(rig);
  expect(rig.faults).toEqual([]);
});

test.each([
  [
    "a length and pieces",
    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
  ],
  ["two lengths", "Content-Length: 4\r\nContent-Length: 40\r\n\r\n{}{}"],
  ["a length that is none", "Content-Length: -1\r\n\r\n"],
  ["a folded line", "X: a\r\n b: c\r\nContent-Length: 0\r\n\r\n"],
  ["a bare line end", "X: a\nHost: evil.example\r\nContent-Length: 0\r\n\r\n"],
  ["a head without end", `${"X-Long: y\r\n".repeat(3_000)}\r\n`],
])("nothing hides behind the end of a request: %s", async (_, rest) => {
  const rig = await startOne();
  const said = await raw(
    rig,
    `${head(rig, "POST /api/act/send")}Content-Type: application/json\r\n${rest}`,
    /never/,
  );
  expect(said).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(said.match(/HTTP\/1\.1 2\d\d/)).toBeNull();
  await expectServes(rig);
});

test("a result of 20 MB is shown and saved to whom asks for it, and is in nobody else's way", async () => {
  const large = await makeRoot("the result");
  const text = "ä".repeat(10 * 1024 * 1024);
  for (const entry of readdirSync(join(large.root, "worker"), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !entry.name.endsWith(".md") || path.includes("inbox")) continue;
    const written = readFileSync(path, "utf8").replace(/^the result$/m, text);
    rmSync(path);
    writeFileSync(path, written);
  }
  const rig = await startRig(large.root);
  rigs.push(rig);
  try {
    const all = Promise.all([
      ask(rig, `/api/look/show/${large.task_id}.first`),
      ask(rig, `/api/download/answer/worker/${large.task_id}.first`),
    ]);
    await expectServes(rig);
    const [shown, answer] = await all;
    expect(shown.text.length).toBeGreaterThan(20 * 1024 * 1024);
    expect(answer.text.trimEnd().length).toBe(20 * 1024 * 1024);
  } finally {
    large.end();
  }
});

test("no other protocol is begun", async () => {
  const rig = await startOne();
  const upgrade = `${head(rig, "GET /api/events")}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
  expect(await raw(rig, upgrade)).not.toMatch(/^HTTP\/1\.1 101/);
  expect(
    await raw(rig, `CONNECT evil.example:80 HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\n\r\n`),
  ).not.toMatch(/^HTTP\/1\.1 2/);
});

test("pages that follow are limited; who leaves makes room, and stopping ends them all", async () => {
  const rig = await startOne();
  const pages = Array.from({ length: 32 }, () => follow(rig));
  await until(() => pages.every(({ heard }) => heard().includes("event: hello")) || undefined);
  expect((await ask(rig, "/api/events")).status).toBe(429);
  await expectServes(rig);
  pages[0]?.socket.destroy();
  await until(async () => {
    const page = follow(rig);
    pages.push(page);
    await until(() => page.heard() !== "");
    return page.heard().includes("event: hello");
  });
  let closed = 0;
  for (const { socket } of pages) socket.on("close", () => closed++);
  await rig.stop();
  await until(() => closed >= 32);
});

test("a thousand changes a second are ten events, and none is forgotten", async () => {
  vi.useFakeTimers();
  try {
    const changes = new Changes();
    const told: (readonly string[])[] = [];
    changes.listen((agents) => told.push(agents));
    for (let n = 0; n < 1_000; n++) {
      changes.note([`agent-${n % 7}`]);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(200);
    expect(told.length).toBeGreaterThanOrEqual(9);
    expect(told.length).toBeLessThanOrEqual(11);
    expect(new Set(told.flat()).size).toBe(7);
    const before = told.length;
    changes.note(["last"]);
    vi.advanceTimersByTime(100);
    expect(told.slice(before)).toEqual([["last"]]);
    changes.stop();
  } finally {
    vi.useRealTimers();
  }
});

test("a page that does not read is dropped, and the others go on", async () => {
  const changes = new Changes();
  const tellers: ((agents: readonly string[]) => void)[] = [];
  vi.spyOn(changes, "listen").mockImplementation((listener) => {
    tellers.push(listener);
    return () => void tellers.splice(tellers.indexOf(listener), 1);
  });
  const events = new Events(changes, () => ({ version: "1", root: "/" }));
  let cut = 0;
  const context = { env: { outgoing: { destroy: () => cut++ } } } as unknown as Parameters<
    Events["respond"]
  >[0];
  events.respond(context);
  const reader = events.respond(context).body?.getReader();
  const read = (async () => {
    for (;;) if ((await reader?.read())?.done !== false) return;
  })();
  const agents = Array.from({ length: 100 }, (_, n) => `an-agent-with-a-name-${n}`);
  for (let n = 0; n < 1_000 && events.count > 1; n++) {
    for (const tell of [...tellers]) tell(agents);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(events.count).toBe(1);
  expect(cut).toBe(1);
  events.stop();
  await read;
  expect(events.count).toBe(0);
  changes.stop();
});
