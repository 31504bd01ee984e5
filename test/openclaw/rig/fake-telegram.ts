import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const BOT = { id: 777, is_bot: true, first_name: "Lead", username: "lead_bot", can_join_groups: false };
/** The one person who writes to the bot, in a chat of their own. */
const PERSON = { id: 42, is_bot: false, first_name: "Alex" };
const ROOM = { id: PERSON.id, type: "private", first_name: PERSON.first_name };
/** Seconds that a request for news is kept waiting, at most. */
const LONGEST_POLL = 20;

interface Update {
  update_id: number;
  message: object;
}

/** The Bot API of Telegram on this machine, as far as OpenClaw's own channel asks for it: what a person says, and what they get. */
export class FakeTelegram {
  /** Texts that came to the person, in order. */
  readonly got: string[] = [];
  readonly #server: Server;
  #updates: Update[] = [];
  #numbers = 0;
  #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const method = new URL(request.url ?? "", "http://telegram").pathname.split("/").at(-1) ?? "";
      const result = await this.#answer(method, await parametersOf(request));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ok: true, result }));
    });
  }

  static async start(): Promise<FakeTelegram> {
    const telegram = new FakeTelegram();
    await new Promise<void>((resolve) => telegram.#server.listen(0, "127.0.0.1", resolve));
    return telegram;
  }

  /** What makes it a channel of OpenClaw, whose messages go to that agent. */
  configFor(agent: string): Record<string, unknown> {
    const { port } = this.#server.address() as AddressInfo;
    const account = { botToken: `${BOT.id}:${"A".repeat(35)}`, apiRoot: `http://127.0.0.1:${port}` };
    return {
      channels: { telegram: { enabled: true, ...account, dmPolicy: "open", allowFrom: ["*"] } },
      bindings: [{ agentId: agent, match: { channel: "telegram" } }],
      plugins: { allow: ["clawflow", "telegram"] },
    };
  }

  say(text: string): void {
    const about = { message_id: ++this.#numbers, date: now(), chat: ROOM, from: PERSON };
    this.#updates.push({ update_id: ++this.#numbers, message: { ...about, text } });
    this.#wake();
  }

  async close(): Promise<void> {
    this.#wake();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(method: string, given: Record<string, unknown>): Promise<unknown> {
    if (method === "getMe") return BOT;
    if (method === "getUpdates")
      return await this.#news(Number(given.offset ?? 0), Number(given.timeout ?? 0));
    if (method === "getWebhookInfo")
      return { url: "", has_custom_certificate: false, pending_update_count: 0 };
    if (method === "getMyCommands") return [];
    if (method === "getChat") return ROOM;
    if (!/^(sendMessage|editMessage)/.test(method)) return true;
    const text = String(given.text ?? "");
    this.got.push(text);
    return {
      message_id: Number(given.message_id ?? ++this.#numbers),
      date: now(),
      chat: ROOM,
      from: BOT,
      text,
    };
  }

  async #news(offset: number, seconds: number): Promise<Update[]> {
    this.#updates = this.#updates.filter(({ update_id }) => update_id >= offset);
    if (this.#updates.length === 0) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        setTimeout(resolve, Math.min(seconds, LONGEST_POLL) * 1000).unref();
      });
    }
    return this.#updates;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

async function parametersOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let body = "";
  for await (const chunk of request) body += chunk;
  const inAddress = Object.fromEntries(new URL(request.url ?? "", "http://telegram").searchParams);
  try {
    return { ...inAddress, ...(JSON.parse(body) as object) };
  } catch {
    return { ...inAddress, ...Object.fromEntries(new URLSearchParams(body)) };
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
