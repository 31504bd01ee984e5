import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { filesBelow } from "../../host/files.ts";
import { until } from "../../host/until.ts";
import type { Gateway } from "./gateway.ts";
import { type HouseJob, NEWS } from "./house-job.ts";

export const CHAT = "agent:lead:main";
/** Milliseconds for what takes part of a second where nothing else runs. */
const LONG = 240_000;

/**
 * A person gives the job in the chat of lead, by a command that asks no model. It lies in the files when this resolves.
 *
 * @param files the gateway in whose home the workspaces are
 */
export async function give(gateway: Gateway, job: HouseJob, files = gateway): Promise<void> {
  const message = `/clawflow send lead ${job.order}`;
  await gateway.call("chat.send", { sessionKey: CHAT, message, idempotencyKey: `give:${job.number}` });
  const id = new RegExp(`${job.title}-[a-z0-9]{6}`);
  const folders = ["tasks", "mailbox/inbox"].map((folder) => join(files.workspace("lead"), folder));
  const look = () =>
    folders
      .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
      .map((name) => id.exec(name)?.[0])
      .find((found) => found !== undefined);
  job.id = await until(look, `house ${job.number}`, LONG);
}

/** Waits until the receipt lies in the archive: then nothing more is told. */
export async function told(gateway: Gateway, job: HouseJob): Promise<void> {
  await until(
    () => archived(gateway, "lead", "progress", job.id).length > 0,
    `the receipt of ${job.id}`,
    LONG,
  );
}

/** How often the chat heard of the job. */
export async function timesHeard(gateway: Gateway, { id }: HouseJob): Promise<number> {
  const session = { key: CHAT, limit: 1000 };
  const { messages } = await gateway.call<{ messages: { role?: string }[] }>("sessions.get", session);
  return messages
    .filter(({ role }) => role === "user")
    .map((message) => JSON.stringify(message))
    .filter((text) => NEWS.test(text) && text.includes(id)).length;
}

/** The messages of that kind and task in an agent's archive, by path; of a piece by `<task>.<piece>`. */
export function archived(gateway: Gateway, agent: string, type: string, id: string): string[] {
  return filesBelow(join(gateway.workspace(agent), "mailbox", "archive")).filter((path) =>
    basename(path).startsWith(`${type}-${id}-`),
  );
}
