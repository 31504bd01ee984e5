import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import type { Place } from "../../src/cli/place.ts";
import type { ServeLimits } from "../../src/dashboard/serve.ts";
import { type Dashboard, startDashboard } from "../../src/dashboard/start-dashboard.ts";
import { createHost } from "../../src/host/create-host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";

const disk = nodeDisk();

/** What an agent, or whoever it listens to, may write anywhere. */
export const HOSTILE =
  "<script>alert(1)</script><img src=x onerror=alert(2)> \u001b]0;taken\u0007\u009b31m \u202egnp.exe";

/** A root with a job that was done by two agents, whose texts are hostile. No host runs. @param result of the one below */
export async function makeRoot(result = HOSTILE): Promise<{ root: string; task_id: string; end(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-test-"));
  const root = join(folder, "agents");
  const lead: BrainFunction = ({ kind, task }) => {
    if (task.instructions.startsWith("ask")) return { ask: HOSTILE };
    if (kind === "synthesise") return HOSTILE;
    return { subtasks: { first: { agent: "worker", description: HOSTILE, depends_on: [] } } };
  };
  const agents = { lead: { brain: lead, peers: ["worker"] }, worker: { brain: () => result } };
  const host = await createHost({ root, agents, durability: "os" });
  await host.start();
  const { task_id } = await submitTask(host, "lead", { title: HOSTILE, instructions: HOSTILE });
  await host.finished("lead", task_id);
  await host.stop();
  return { root, task_id, end: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Rig extends Dashboard {
  root: string;
  /** What went wrong inside. */
  faults: unknown[];
  /** Of a browser that came by a link. */
  cookie: string;
  origin: string;
}

export const PAGE_TEXT = "<!doctype html><title>the page</title>";

/** A dashboard of a root that is there, with a page of one line. */
export async function startRig(
  root: string,
  options: { limits?: ServeLimits; look?: number } = {},
): Promise<Rig> {
  const pageFolder = join(root, "..", "page");
  mkdirSync(pageFolder, { recursive: true });
  writeFileSync(join(pageFolder, "index.html"), PAGE_TEXT);
  writeFileSync(join(pageFolder, "app.js"), "1;");
  writeFileSync(join(pageFolder, "app.css"), "a{}");
  writeFileSync(join(pageFolder, "secret.txt"), "of the page's folder");
  const faults: unknown[] = [];
  const dashboard = await startDashboard({
    place: (): Place => ({ disk, root, agents: agentsOfRoot(disk, root) }),
    port: 0,
    version: "1.2.3",
    pageFolder,
    onFault: (error) => faults.push(error),
    ...options,
  });
  const rig = { ...dashboard, root, faults, cookie: "", origin: `http://127.0.0.1:${dashboard.port}` };
  rig.cookie = cookieOf(await ask(rig, new URL(dashboard.newLink()), { cookie: "" }));
  return rig;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** "": none. Default: the rig's. */
  cookie?: string;
}

/** One request as a browser of this dashboard would send it, but for what is said otherwise. The path goes out as it is. */
export function ask(
  rig: Pick<Rig, "port" | "cookie">,
  path: string | URL,
  asked: Asked = {},
): Promise<Answer> {
  const { method = "GET", headers = {}, body, cookie = rig.cookie } = asked;
  const target = typeof path === "string" ? path : path.pathname + path.search;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: rig.port,
        method,
        path: target,
        headers: {
          host: `127.0.0.1:${rig.port}`,
          ...(cookie === "" ? {} : { cookie }),
          ...(method === "GET" ? {} : { origin: `http://127.0.0.1:${rig.port}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        agent: false,
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString("latin1"),
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

export function post(rig: Rig, path: string, body: unknown, asked: Asked = {}): Promise<Answer> {
  return ask(rig, path, { method: "POST", body: JSON.stringify(body), ...asked });
}

/** What a socket says until it is closed, or `enough` of it. */
export function raw(rig: Pick<Rig, "port">, bytes: string, enough = /\r\n\r\n/): Promise<string> {
  return new Promise((resolve) => {
    const socket = open(rig);
    let text = "";
    socket.on("data", (part) => {
      text += part.toString("latin1");
      if (enough.test(text)) socket.destroy();
    });
    socket.on("close", () => resolve(text));
    socket.write(bytes);
  });
}

export function open({ port }: Pick<Rig, "port">): Socket {
  const socket = createConnection(port, "127.0.0.1");
  socket.on("error", () => {});
  return socket;
}

export function cookieOf({ headers }: Answer): string {
  return headers["set-cookie"]?.[0]?.split(";", 1)[0] ?? "";
}

export function jsonOf<T = Record<string, unknown>>({ text }: Answer): T {
  return JSON.parse(Buffer.from(text, "latin1").toString("utf8")) as T;
}
