import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Access } from "../../src/dashboard/access.ts";
import type { TaskFile } from "../../src/dashboard/api-types.ts";
import { disposition } from "../../src/dashboard/downloads.ts";
import {
  type Answer,
  type Asked,
  ask,
  HOSTILE,
  jsonOf,
  makeRoot,
  PAGE_TEXT,
  post,
  type Rig,
  raw,
  startRig,
} from "./rig.ts";

let made: Awaited<ReturnType<typeof makeRoot>>;
let rig: Rig;
beforeAll(async () => {
  made = await makeRoot();
  rig = await startRig(made.root);
});
afterAll(async () => {
  await rig.stop();
  made.end();
});

const SEND = { words: ["lead", "-"], input: "do it" };

/** What a terminal would take for a command, or for text that runs the other way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

/** How many messages wait in the inbox of `lead`: whether something was done. */
function waiting(): number {
  return readdirSync(join(made.root, "lead/mailbox/inbox")).length;
}

/** Nothing was told and nothing was done. */
function expectRefused(answer: Answer, ...statuses: number[]): void {
  expect(statuses).toContain(answer.status);
  expect(answer.text).not.toContain(made.task_id);
  expect(answer.text).not.toContain(made.root);
  expect(answer.text).not.toContain(PAGE_TEXT);
  expect(answer.headers["set-cookie"]).toBeUndefined();
}

test("who is let in is answered: else what follows would show nothing", async () => {
  expect((await ask(rig, "/")).text).toBe(PAGE_TEXT);
  expect((await ask(rig, "/api/look/status")).text).toContain(made.task_id);
  const before = waiting();
  expect((await post(rig, "/api/act/send", SEND)).status).toBe(200);
  expect(waiting()).toBe(before + 1);
});

describe("who asks", () => {
  test.each([
    "evil.example",
    "evil.example:80",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "[::1]",
    "0.0.0.0",
    "2130706433",
  ])("a name that is bent to this address gets nothing: %s", async (name) => {
    const host = /:\d+$|^127\.0\.0\.1$/.test(name) ? name : `${name}:${rig.port}`;
    for (const path of ["/", "/api/look/status", "/app.css", "/enter?key=x"])
      expectRefused(await ask(rig, path, { headers: { host } }), 400, 421);
    expectRefused(
      await post(rig, "/api/act/send", SEND, { headers: { host, origin: `http://${host}` } }),
      400,
      421,
    );
  });

  test.each([
    [
      "two of them",
      (port: number, cookie: string) =>
        `GET /api/look/status HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\nCookie: ${cookie}`,
    ],
    ["none", (_: number, cookie: string) => `GET /api/look/status HTTP/1.1\r\nCookie: ${cookie}`],
    ["none, of old", (_: number, cookie: string) => `GET /api/look/status HTTP/1.0\r\nCookie: ${cookie}`],
    [
      "a whole address",
      (port: number, cookie: string) =>
        `GET http://evil.example/api/look/status HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}`,
    ],
  ])("nor does a request whose name cannot be told: %s", async (_, head) => {
    const said = await raw(rig, `${head(rig.port, rig.cookie)}\r\nConnection: close\r\n\r\n`, /never/);
    expect(said).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(said).not.toContain(made.task_id);
  });

  test.each([
    "http://evil.example",
    "null",
    "https://127.0.0.1",
    "file://",
    "http://127.0.0.1:1",
    "http://localhost",
  ])("a page of another origin can neither do nor see anything: %s", async (origin) => {
    const before = waiting();
    expectRefused(await post(rig, "/api/act/send", SEND, { headers: { origin } }), 403);
    expectRefused(await ask(rig, "/api/look/status", { headers: { origin } }), 403);
    expectRefused(await ask(rig, "/api/events", { headers: { origin } }), 403);
    expect(waiting()).toBe(before);
  });

  test("nor what does not say where it comes from", async () => {
    const before = waiting();
    const said = await raw(
      rig,
      `POST /api/act/send HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nCookie: ${rig.cookie}\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"words":["x"]}`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 403 /);
    expect(waiting()).toBe(before);
  });

  test.each(["cross-site", "same-site"])(
    "a page of another site or port sees nothing by a GET: %s",
    async (site) => {
      for (const [mode, dest] of [
        ["no-cors", "image"],
        ["no-cors", "script"],
        ["navigate", "iframe"],
        ["cors", "empty"],
      ] as const) {
        const headers = { "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest };
        for (const path of [
          "/",
          "/app.js",
          "/api/look/status",
          "/api/events",
          `/api/download/run/lead/${made.task_id}`,
        ])
          expectRefused(await ask(rig, path, { headers }), 403);
      }
    },
  );

  test("an image or a frame elsewhere does not use up a link", async () => {
    const link = new URL(rig.newLink());
    for (const dest of ["image", "iframe", "empty"])
      expectRefused(
        await ask(rig, link, {
          cookie: "",
          headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": dest },
        }),
        403,
      );
    expectRefused(await ask(rig, link, { cookie: "", method: "HEAD" }), 405);
    expect((await ask(rig, link, { cookie: "" })).status).toBe(303);
  });

  test("no answer allows another origin to read it", async () => {
    for (const path of ["/", "/api/look/status", "/nothing"]) {
      const { headers } = await ask(rig, path);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
    expectRefused(
      await ask(rig, "/api/act/send", {
        method: "OPTIONS",
        headers: { "access-control-request-method": "POST" },
      }),
      405,
    );
  });
});

describe("who is let in", () => {
  const paths = () => [
    "/app.js",
    "/api/look/status",
    `/api/look/show/${made.task_id}`,
    "/api/events",
    `/api/task-file/lead/${made.task_id}`,
    `/api/download/answer/lead/${made.task_id}`,
    `/api/download/run/lead/${made.task_id}`,
    "/metrics",
    "/anything",
  ];

  test("without a cookie there is nothing, also not whether something is there", async () => {
    for (const path of paths()) expectRefused(await ask(rig, path, { cookie: "" }), 401, 404);
    expectRefused(await ask(rig, "/", { cookie: "" }), 401);
    const before = waiting();
    expectRefused(await post(rig, "/api/act/send", SEND, { cookie: "" }), 401);
    expectRefused(
      await ask(rig, `/api/task-file/lead/${made.task_id}`, { cookie: "", method: "PUT", body: "{}" }),
      401,
    );
    expect(waiting()).toBe(before);
    const { headers } = await ask(rig, "/api/look/status");
    const known = await ask(rig, "/api/look/status", {
      cookie: "",
      headers: { "if-none-match": `${headers.etag}` },
    });
    expectRefused(known, 401);
  });

  test.each([
    ["made up", () => `clawflow-${rig.port}=${"A".repeat(43)}`],
    ["empty", () => `clawflow-${rig.port}=`],
    ["cut", () => rig.cookie.slice(0, -1)],
    ["of another name", () => rig.cookie.replace(/^[^=]+/, "clawflow")],
    ["a prototype's", () => `clawflow-${rig.port}=__proto__`],
    ["a long one", () => `clawflow-${rig.port}=${"x".repeat(8_000)}`],
  ])("a cookie that was not given opens nothing: %s", async (_, cookie) => {
    for (const path of paths()) expectRefused(await ask(rig, path, { cookie: cookie() }), 401, 404);
  });

  test("the secret counts in the cookie alone: not in an address, not in a header", async () => {
    const [name, secret] = rig.cookie.split("=");
    expectRefused(await ask(rig, `/api/look/status?${name}=${secret}&key=${secret}`, { cookie: "" }), 401);
    expectRefused(
      await ask(rig, "/api/look/status", { cookie: "", headers: { authorization: `Bearer ${secret}` } }),
      401,
    );
    expectRefused(await ask(rig, `/enter?key=${secret}`, { cookie: "" }), 403);
  });

  test("a link works once; its key is in no address and no page afterwards", async () => {
    const link = new URL(rig.newLink());
    const first = await ask(rig, link, { cookie: "" });
    expect(first).toMatchObject({
      status: 303,
      headers: { location: "/", "cache-control": "no-store", "referrer-policy": "no-referrer" },
    });
    expect(first.headers["set-cookie"]?.[0]).toMatch(
      /^clawflow-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(JSON.stringify(first)).not.toContain(link.searchParams.get("key"));
    expectRefused(await ask(rig, link, { cookie: "" }), 403);
    const fromElsewhere = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    const other = new URL(rig.newLink());
    const followed = await ask(rig, other, { cookie: "", headers: fromElsewhere });
    expect(followed.text).toContain(`content="0; url=/"`);
    expect(JSON.stringify(followed)).not.toContain(other.searchParams.get("key"));
  });

  test("two who follow the same link at the same time: one comes in", async () => {
    const link = new URL(rig.newLink());
    const all = await Promise.all(Array.from({ length: 5 }, () => ask(rig, link, { cookie: "" })));
    expect(all.map(({ status }) => status).sort()).toEqual([303, 403, 403, 403, 403]);
  });

  test("who guesses is not even listened to", () => {
    const access = new Access();
    access.letProgram("link", "x".repeat(43));
    const key = access.newLink();
    for (let n = 0; n < 10; n++) expect(access.enter(`guess-${n}`)).toBeUndefined();
    expect(access.enter(key)).toBe("later");
    expect(access.isProgram("link", `Bearer ${"x".repeat(43)}`)).toBe("later");
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 61_000);
    expect(access.enter(key)).toMatch(/^[\w-]{43}$/);
    vi.restoreAllMocks();
  });

  test("a link that nobody followed ends, and so do those of whom there are too many", () => {
    const access = new Access();
    const old = access.newLink();
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 601_000);
    expect(access.enter(old)).toBeUndefined();
    vi.restoreAllMocks();
    const keys = Array.from({ length: 12 }, () => access.newLink());
    expect(keys.filter((key) => access.enter(key) !== undefined)).toHaveLength(8);
  });

  test("links are given to who shows the secret of this dashboard alone", async () => {
    const own = await startRig(made.root);
    try {
      own.access.letProgram("link", "s".repeat(43));
      const link = (headers: Record<string, string>) => ask(own, "/api/link", { method: "POST", headers });
      expect((await link({ authorization: `Bearer ${"s".repeat(43)}` })).status).toBe(200);
      expectRefused(await link({}), 401);
      expectRefused(await link({ authorization: "Bearer " }), 401);
      expectRefused(await link({ authorization: `Basic ${"s".repeat(43)}` }), 401);
      expectRefused(await link({ authorization: `Bearer ${"s".repeat(42)}t` }), 401);
      const evil = { authorization: `Bearer ${"s".repeat(43)}`, origin: "http://evil.example" };
      expectRefused(await link(evil), 403);
    } finally {
      await own.stop();
    }
  });
});

describe("what is asked", () => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
    "application/jsonp",
    "text/plain; x=application/json",
  ])("what a form could send does nothing: %s", async (type) => {
    const before = waiting();
    expectRefused(await post(rig, "/api/act/send", SEND, { headers: { "content-type": type } }), 400);
    expect(waiting()).toBe(before);
  });

  test.each(["GET", "HEAD", "DELETE", "PATCH", "TRACE", "PROPFIND", "PUT"])(
    "nothing is done by %s",
    async (method) => {
      const before = waiting();
      const answer = await ask(rig, "/api/act/send?words=lead", {
        method,
        headers: { "x-http-method-override": "POST" },
      });
      expect([404, 405]).toContain(answer.status);
      expect(waiting()).toBe(before);
    },
  );

  test.each([
    "/../secret.txt",
    "/secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%252e%252e%252fsecret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/app.css/../secret.txt",
    "/app.css%00.txt",
    "//etc/passwd",
    "/etc/passwd",
    "/%c0%ae%c0%ae/secret.txt",
    "/index.html",
    "/app.js.map",
    "/page/secret.txt",
  ])("no path leads out of the page, nor to what lies beside it: %s", async (path) => {
    const answer = await ask(rig, path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/of the page's folder|root:/);
  });

  test.each([
    "..",
    "../lead",
    "%2e%2e",
    "..%2flead",
    "..%5clead",
    "%252e%252e%252flead",
    "lead%00",
    "LEAD",
    "self",
    ".clawflow",
    "%2fetc",
  ])("no agent's name leads out of the root: %s", async (agent) => {
    const id = made.task_id;
    for (const path of [
      `/api/task-file/${agent}/${id}`,
      `/api/download/answer/${agent}/${id}`,
      `/api/download/report/${agent}/${id}`,
      `/api/download/run/${agent}/${id}`,
      `/api/look/inbox/${agent}`,
    ])
      expect([400, 401, 404]).toContain((await ask(rig, path)).status);
  });

  test.each([
    "..",
    "..%2f..%2f..",
    "%2e%2e%2fworker",
    "..%5c..",
    "task.md%00",
    ".",
    "%2fetc%2fpasswd",
    "a%2fb",
    "-x",
    "x".repeat(300),
  ])("no task's id leads out of its folder: %s", async (task) => {
    for (const path of [
      `/api/task-file/lead/${task}`,
      `/api/download/answer/lead/${task}`,
      `/api/download/run/lead/${task}`,
    ])
      expect([400, 404, 431]).toContain((await ask(rig, path)).status);
    const put = { method: "PUT", body: JSON.stringify({ text: "x", hash: "0".repeat(64) }) };
    expect([400, 404]).toContain((await ask(rig, `/api/task-file/lead/${task}`, put)).status);
  });

  test("a link in place of a task, or of its folder, is not followed", async () => {
    const outside = join(made.root, "..", "outside");
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, "task.md"), "of somebody else");
    const tasks = join(made.root, "lead/tasks");
    mkdirSync(join(tasks, "linked"));
    symlinkSync(join(outside, "task.md"), join(tasks, "linked/task.md"));
    symlinkSync(outside, join(tasks, "folder"));
    for (const id of ["linked", "folder"]) {
      const read = await ask(rig, `/api/task-file/lead/${id}`);
      expect(read.status).toBe(400);
      expect(read.text).not.toContain("somebody else");
      const body = JSON.stringify({ text: "mine", hash: "0".repeat(64) });
      expect((await ask(rig, `/api/task-file/lead/${id}`, { method: "PUT", body })).status).toBe(400);
    }
    expect(readFileSync(join(outside, "task.md"), "utf8")).toBe("of somebody else");
    for (const id of ["linked", "folder"]) rmSync(join(tasks, id), { recursive: true });
  });

  test.each([
    ["send", ["lead", "/etc/passwd"], {}],
    ["done", ["TASK", "/etc/passwd"], {}],
    ["plan", ["TASK", "/etc/passwd"], {}],
    ["fail", ["TASK"], { error: "x", partial: "/etc/passwd" }],
    ["set", ["TASK"], { file: "/etc/passwd" }],
    ["set", ["TASK"], { file: "-" }],
  ])("no command reads a file for the page: %s %j", async (command, words, options) => {
    const own = words.map((word) => (word === "TASK" ? made.task_id : word));
    const before = readdirSync(join(made.root, "lead/mailbox/inbox"));
    const answer = await post(rig, `/api/act/${command}`, { words: own, options });
    if (command !== "send") expect(answer.status).toBe(400);
    const added = readdirSync(join(made.root, "lead/mailbox/inbox")).filter((name) => !before.includes(name));
    for (const name of added)
      expect(readFileSync(join(made.root, "lead/mailbox/inbox", name), "utf8")).not.toContain("root:x:");
    expect(answer.text).not.toContain("root:x:");
  });

  test.each([
    "--help",
    "--version",
    "--json=false",
    "--file=/etc/passwd",
    "--root=/",
    "--team=/etc/passwd",
    "-h",
    "--agent=worker",
    "--",
    "$(id)",
    "`id`",
    "; id",
    "\u0000",
    "\ud800",
  ])("a word is never an option or a shell's: %j", async (word) => {
    for (const words of [[word], ["lead", word], [made.task_id, word]]) {
      const answer = await post(rig, "/api/act/cancel", { words });
      expect([200, 400, 404]).toContain(answer.status);
      expect(answer.text).not.toMatch(/root:x:|Usage:|uid=/);
      const look = await ask(rig, `/api/look/show/${encodeURIComponent(word.toWellFormed())}`);
      expect([400, 404]).toContain(look.status);
      expect(look.text).not.toMatch(/root:x:|Usage:|uid=/);
    }
  });

  test.each<Record<string, string | boolean>>([
    { root: "/" },
    { team: "/etc/passwd" },
    { json: false },
    { help: true },
    { wait: true },
    { timeout: "1s" },
    { follow: true },
    { file: "-" },
    { "for-agent": true },
    { "agent=worker --root": "/" },
    { "-f": "x" },
    { constructor: "x" },
    { "to-string": "x" },
  ])("only options of the command, and none that a shell alone may give: %j", async (options) => {
    const before = waiting();
    expectRefused(await post(rig, "/api/act/send", { ...SEND, options }), 400);
    for (const [name, value] of Object.entries(options)) {
      const query = `${encodeURIComponent(name)}=${value === true ? "" : encodeURIComponent(`${value}`)}`;
      expectRefused(await ask(rig, `/api/look/log?${query}`), 400);
    }
    expect(waiting()).toBe(before);
  });

  test.each([
    "run",
    "up",
    "init",
    "gc",
    "doctor",
    "verify",
    "message",
    "workflow",
    "completion",
    "dashboard",
    "top",
    "vault",
    "log",
    "__proto__",
    "constructor",
    "toString",
    "help",
    "send%20x",
    "--help",
  ])("what is no action of the page cannot be done: %s", async (command) => {
    expectRefused(await post(rig, `/api/act/${command}`, { words: [] }), 400, 404);
  });

  test.each([
    "send/lead/x",
    "cancel/x",
    "gc",
    "doctor",
    "verify",
    "workflow/run/x",
    "workflow/save/x",
    "dead/requeue/x",
    "dead",
    "workflow",
    "__proto__",
    "constructor",
    "help",
  ])("what changes something cannot be looked at: %s", async (path) => {
    const before = waiting();
    expectRefused(await ask(rig, `/api/look/${path}`), 400, 404);
    expect(waiting()).toBe(before);
  });

  test("what is done to dead letters is what the page may do", async () => {
    for (const words of [[], ["list"], ["remove", "x"]])
      expectRefused(await post(rig, "/api/act/dead", { words }), 400);
    expectRefused(
      await post(rig, "/api/act/dead", { words: ["requeue", "../../../lead/tasks/x.md"] }),
      400,
      404,
    );
  });

  test.each([
    `{"words":["lead","-"],"input":"x","__proto__":{"polluted":1}}`,
    `{"words":["lead","-"],"input":"x","constructor":{"prototype":{"polluted":1}}}`,
    `{"words":["lead","-"],"input":"x","options":{"__proto__":{"polluted":"1"}}}`,
    `{"words":["lead","-"],"input":"x","options":{"__proto__":"polluted"}}`,
    `{"words":{"__proto__":["lead","-"],"length":2},"input":"x"}`,
  ])("a body brings no keys of its own: %s", async (body) => {
    const before = waiting();
    const { status } = await ask(rig, "/api/act/send", { method: "POST", body });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    // Left out, or refused: never taken.
    if (status !== 200) expect(waiting()).toBe(before);
    expect(await ask(rig, "/api/look/status?__proto__=1&constructor=1")).toMatchObject({ status: 400 });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{words:[]}"],
    ["a value", "null"],
    ["a list", "[]"],
    ["deep", "[".repeat(200_000)],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["many words", JSON.stringify({ words: Array.from({ length: 1_000 }, () => "x") })],
    ["words that are none", `{"words":[1,{}]}`],
    ["an input that is none", `{"words":[],"input":{"toString":"x"}}`],
  ])("a body that is none is refused: %s", async (_, body) => {
    const before = waiting();
    expectRefused(await ask(rig, "/api/act/send", { method: "POST", body }), 400);
    expect(waiting()).toBe(before);
    expect(rig.faults).toEqual([]);
  });
});

describe("what agents wrote", () => {
  const paths = () => [
    "/api/look/status",
    "/api/look/tree",
    `/api/look/show/${made.task_id}`,
    "/api/look/log",
    `/api/look/report/${made.task_id}`,
    `/api/task-file/lead/${made.task_id}`,
    `/api/download/answer/lead/${made.task_id}`,
    `/api/download/report/lead/${made.task_id}`,
    `/api/download/run/lead/${made.task_id}`,
  ];

  test("is never a page: no answer that holds it is one that a browser would draw", async () => {
    for (const path of paths()) {
      const { status, headers } = await ask(rig, path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-type"]).toMatch(/^application\/(json|zip)|^text\/markdown/);
      if (path.includes("download")) expect(headers["content-disposition"]).toMatch(/^attachment; /);
    }
    const shown = await ask(rig, `/api/look/show/${made.task_id}`);
    expect(jsonOf<{ text: { output: string } }>(shown).text.output).toBe(HOSTILE);
  });

  test("could not run if it were: every answer forbids other scripts, frames and addresses", async () => {
    const policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    const asked: [string, Asked][] = [...paths(), "/", "/app.js", "/app.css", "/nothing", "/enter?key=x"].map(
      (path) => [path, {}],
    );
    asked.push(
      ["/", { cookie: "" }],
      ["/", { headers: { host: "evil.example" } }],
      ["/api/act/send", { method: "POST", body: "{}" }],
      ["/", { method: "DELETE" }],
    );
    const { etag } = (await ask(rig, "/")).headers;
    asked.push(["/", { headers: { "if-none-match": `${etag}` } }]);
    for (const [path, how] of asked) {
      const { headers } = await ask(rig, path, how);
      expect([path, headers["content-security-policy"]]).toEqual([path, policy]);
      expect(headers).toMatchObject({
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
      });
    }
  });

  test("cannot take a terminal: what could is escaped in JSON", async () => {
    for (const path of paths().filter((path) => path.includes("/look/"))) {
      const { text } = await ask(rig, path);
      expect(Buffer.from(text, "latin1").toString("utf8")).not.toMatch(OBEYED);
    }
  });

  test("is in no page for who is not let in", async () => {
    const page = await ask(rig, `/?${encodeURIComponent(HOSTILE)}`, { cookie: "" });
    expect(page.text).not.toContain("alert");
    expect((await ask(rig, `/enter?key=${encodeURIComponent(HOSTILE)}`, { cookie: "" })).text).not.toContain(
      "alert",
    );
    const missing = await ask(rig, `/${encodeURIComponent(HOSTILE)}`);
    expect(missing).toMatchObject({ status: 404, headers: { "content-type": "application/json" } });
  });

  test.each([
    'a"; filename="evil.exe',
    "a\r\nset-cookie: x=1",
    "../../.bashrc",
    "..\\..\\x.lnk",
    ".htaccess",
    "\u202egnp.exe",
    "ä'ö*.md",
    "\ud800.md",
    "x".repeat(500),
    "a\u0000.md",
    "",
  ])("a file's name stays a name: %j", (name) => {
    const header = disposition(name);
    expect(header).toMatch(/^attachment; filename="[\w. -]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/);
    expect(header).not.toMatch(/filename="\.|%2F|%5C|%0D|%0A|%00/);
  });

  test("what is not taken of an edit is not lost, nor is what came before it", async () => {
    const path = `/api/task-file/lead/${made.task_id}`;
    const file = jsonOf<TaskFile & Record<string, unknown>>(await ask(rig, path));
    const put = (body: unknown) => ask(rig, path, { method: "PUT", body: JSON.stringify(body) });
    const stale = await put({ text: "mine", hash: "0".repeat(64) });
    expect(stale.status).toBe(409);
    expect(jsonOf(stale)).toEqual(file);
    expect((await put({ text: " \n", hash: file.hash })).status).toBe(400);
    expect((await put({ text: "x", hash: "../x" })).status).toBe(400);
    const where = join(made.root, "lead/tasks", made.task_id, "task.md");
    expect(readFileSync(where, "utf8")).toBe(file.text);
    expect((await put({ ...file, text: `${file.text}more\n` })).status).toBe(200);
    expect(readFileSync(where, "utf8")).toBe(`${file.text}more\n`);
    expect(readdirSync(join(made.root, "lead/mailbox/tmp"))).toEqual([]);
  });
});
