import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { taskOfPerson, type Work } from "../../../src/host/submit.ts";
import type { Message } from "../../../src/protocol/message.ts";
import { parseMessage } from "../../../src/protocol/message-codec.ts";
import type { Task } from "../../../src/protocol/task.ts";
import { parseTask } from "../../../src/protocol/task-document.ts";
import { post } from "../../host/post.ts";
import { until } from "../../host/until.ts";
import type { Gateway } from "./gateway.ts";

/** Milliseconds for a job, on a machine that does other work as well. */
const JOB_LIMIT = 240_000;

/** Waits until the plugin's service runs these agents. */
export async function hosted(gateway: Gateway, ...agents: string[]): Promise<void> {
  for (const agent of agents)
    await until(() => existsSync(inboxOf(gateway, agent)), `the mailbox of ${agent}`, JOB_LIMIT);
}

/** Puts a TASK of a person into an agent's inbox, as any program may. @returns the task's id */
export async function dropTask(gateway: Gateway, agent: string, work: Work): Promise<string> {
  const message = taskOfPerson(agent, work, new Date().toISOString());
  await post(dirname(gateway.workspace(agent)), message);
  return message.task_id;
}

/** The task as it stands in its task.md; undefined before there is one. */
export function taskOf(gateway: Gateway, agent: string, id: string): Task | undefined {
  const file = taskFile(gateway, agent, id);
  return existsSync(file) ? parseTask(readFileSync(file, "utf8")) : undefined;
}

/** Waits until the task is over. A file that has not changed is not read again: many may be waited for at once. */
export async function finished(
  gateway: Gateway,
  agent: string,
  id: string,
  limit = JOB_LIMIT,
): Promise<Task> {
  const file = taskFile(gateway, agent, id);
  let read: number | undefined;
  const over = () => {
    const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (changed === read) return undefined;
    read = changed;
    const task = taskOf(gateway, agent, id);
    return task !== undefined && ["done", "failed", "cancelled"].includes(task.status) ? task : undefined;
  };
  return await until(over, `the end of ${agent} ${id}`, limit);
}

/** What that agent has sent, of all tasks. */
export function sentBy(gateway: Gateway, agent: string): Message[] {
  const outbox = join(gateway.workspace(agent), "mailbox", "outbox");
  return readdirSync(outbox)
    .filter((name) => name.endsWith(".md"))
    .map((name) => parseMessage(readFileSync(join(outbox, name))));
}

function taskFile(gateway: Gateway, agent: string, id: string): string {
  return join(gateway.workspace(agent), "tasks", id, "task.md");
}

function inboxOf(gateway: Gateway, agent: string): string {
  return join(gateway.workspace(agent), "mailbox", "inbox");
}
