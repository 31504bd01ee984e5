import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readProcess } from "../../src/brain/process-table.ts";
import { desktopCommand } from "../../src/notify/desktop.ts";
import { jsonBody } from "../../src/notify/json-body.ts";
import { composeNotification } from "../../src/notify/message.ts";
import { commandDelivery } from "../../src/notify/run-command.ts";
import { DeadEnd } from "../../src/notify/types.ts";
import { signatureOf, webhookDelivery } from "../../src/notify/webhook.ts";
import { type Notification, notificationSchema } from "../../src/protocol/notify.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { notice } from "./fakes.ts";

const HOSTILE = `-x $(touch pwned) \`touch pwned\`; touch pwned | "'\\ %PATH% <b>&amp; \u001b]0;owned\u0007\u009b31m\u202egnp.exe\u2028 \u{e0041}`;
const message = (title = "Launch"): Notification =>
  composeNotification({ id: "n-1", tries: 1, root: "/team", sentAt: "2026-11-21T10:00:00.000Z" }, [
    notice("t1", { title, text: title, command: 'clawflow answer t1 "…"' }),
  ]);
const never = new AbortController().signal;

async function server(listener: RequestListener): Promise<string> {
  const made = createServer(listener);
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    made.closeAllConnections();
    made.close();
  });
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

function hook(
  webhook: string,
  signal = never,
  secret?: string,
  env: Record<string, string> = {},
): Promise<void> {
  const target = { webhook, timeout: "10s", ...(secret === undefined ? {} : { secret }) };
  return webhookDelivery(env, () => 1_700_000_000_000)(target, message(HOSTILE), signal);
}

test("a webhook gets the message as JSON, signed with the key of the environment", async () => {
  let got: { headers: IncomingHttpHeaders; body: string } | undefined;
  const url = await server((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      got = { headers: request.headers, body };
      response.statusCode = 204;
      response.end();
    });
  });
  await hook(`${url}/a?b=c`, never, "KEY", { KEY: "k3y" });
  expect(notificationSchema.parse(JSON.parse(got?.body ?? ""))).toEqual(message(HOSTILE));
  expect(got?.headers).toMatchObject({
    "content-type": "application/json",
    "clawflow-message": "n-1",
    "clawflow-timestamp": "1700000000",
    "clawflow-signature": `sha256=${signatureOf("k3y", "1700000000", got?.body ?? "")}`,
  });
});

test("what is no 2xx is a failure that says why; no redirect is followed", async () => {
  let followed = 0;
  const url = await server((request, response) => {
    if (request.url === "/followed") followed++;
    if (request.url === "/moved") response.writeHead(307, { location: "/followed" });
    else response.statusCode = request.url === "/followed" ? 200 : 503;
    response.end("come\u001b[2J back later");
  });
  await expect(hook(`${url}/moved`)).rejects.toThrow(
    "HTTP 307: it redirects elsewhere, which is not followed",
  );
  await expect(hook(`${url}/busy`)).rejects.toThrow("HTTP 503: come [2J back later");
  expect(followed).toBe(0);
});

test("a webhook that is slow is given up when its time is over, one that nobody listens at fails at once", async () => {
  let gone = false;
  const url = await server((request) => {
    request.on("close", () => {
      gone = true;
    });
  });
  const late = new AbortController();
  const hung = hook(url, late.signal);
  hung.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  late.abort(new Error("no end within 10 s"));
  await expect(hung).rejects.toThrow("no end within 10 s");
  await until(() => gone || undefined);
  await expect(hook("http://127.0.0.1:1/")).rejects.toThrow(/ECONNREFUSED|bad port/);
});

test("without the key nothing is sent, and it is not tried again", async () => {
  await expect(hook("http://127.0.0.1:9/", never, "KEY", {})).rejects.toBeInstanceOf(DeadEnd);
});

test("a command gets everything as data: a hostile title is in no argument and no escape reaches a terminal", async () => {
  const folder = tempRoot();
  writeFileSync(
    join(folder, "tell.mjs"),
    `import { readFileSync, writeFileSync } from "node:fs";
const input = readFileSync(0, "utf8");
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("CLAWFLOW_NOTIFY_")));
writeFileSync("told.json", JSON.stringify({ input, env, args: process.argv.slice(2) }));`,
  );
  const command = [process.execPath, "tell.mjs", "$(touch pwned)"];
  await commandDelivery(folder)({ command, timeout: "10s" }, message(HOSTILE), never);
  const { input, env, args } = JSON.parse(readFileSync(join(folder, "told.json"), "utf8"));
  expect(args).toEqual(["$(touch pwned)"]);
  expect(existsSync(join(folder, "pwned"))).toBe(false);
  expect(JSON.parse(input)).toEqual(message(HOSTILE));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  const commanding = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]|[\udb40][\udc00-\udc7f]/;
  expect(input).not.toMatch(commanding);
  for (const value of Object.values(env)) expect(value).not.toMatch(commanding);
  expect(env).toMatchObject({
    CLAWFLOW_NOTIFY_KIND: "needs-you",
    CLAWFLOW_NOTIFY_TASK: "t1",
    CLAWFLOW_NOTIFY_COUNT: "1",
  });
});

test("a command that fails says why; one that is not there too", async () => {
  const tell = commandDelivery(tempRoot());
  const fails = [process.execPath, "-e", "console.error('no \\u001b[1mway'); process.exit(3)"];
  await expect(tell({ command: fails, timeout: "10s" }, message(), never)).rejects.toThrow(
    "it ended with 3: no [1mway",
  );
  await expect(tell({ command: ["/nowhere/tell"], timeout: "1s" }, message(), never)).rejects.toThrow(
    /ENOENT/,
  );
});

test("a command that hangs is ended with all that it started", async () => {
  const folder = tempRoot();
  const script = `require("node:child_process").spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); require('fs').writeFileSync('child', String(process.pid))"], { stdio: "ignore" }); setInterval(() => {}, 1000);`;
  const late = new AbortController();
  const target = { command: [process.execPath, "-e", script], timeout: "10s" };
  const hung = commandDelivery(folder)(target, message(), late.signal);
  hung.catch(() => {});
  const file = join(folder, "child");
  const child = await until(() => (existsSync(file) && Number(readFileSync(file, "utf8"))) || undefined);
  late.abort(new Error("no end within 10 s"));
  await expect(hung).rejects.toThrow("no end within 10 s");
  expect(readProcess(child)?.started).toBeUndefined();
});

test("on a desktop the words of agents are arguments behind all options, or in the environment; never script or markup", async () => {
  const title = "Clawflow: t1 waits for an answer (";
  const { command: linux } = desktopCommand(message(HOSTILE), "linux");
  expect(linux.slice(0, 3)).toEqual(["notify-send", "--app-name=Clawflow", "--"]);
  expect(linux[3]?.startsWith(title)).toBe(true);
  expect(linux[4]).not.toMatch(/<|&(?!amp;|lt;|gt;)/);
  const { command: mac } = desktopCommand(message(HOSTILE), "darwin");
  expect(mac.slice(0, 7).join(" ")).not.toContain("touch");
  expect(mac[7]?.startsWith(title)).toBe(true);
  const windows = desktopCommand(message(HOSTILE), "win32");
  expect(windows.command.join(" ")).not.toContain("touch");
  expect(windows.env.CLAWFLOW_NOTIFY_TEXT).toContain("touch");
  for (const word of [...linux, ...mac, ...Object.values(windows.env)])
    expect(word).not.toMatch(/\p{Cc}(?<!\n)/u);
  expect(() => desktopCommand(message(), "aix")).toThrow(DeadEnd);
});

test("what a body holds is read as it was", () => {
  expect(JSON.parse(jsonBody(message(HOSTILE)))).toEqual(message(HOSTILE));
});
