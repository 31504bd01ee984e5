import { isPassing } from "../store/disk-error.ts";
import type { Agent } from "./agent.ts";
import { apart, tell } from "./apart.ts";
import { type Context, nowOf } from "./context.ts";
import { handleDelivery, handleNews } from "./handle.ts";
import type { Delivery } from "./inbox-queue.ts";
import type { Letter } from "./letter.ts";
import type { OutboundNews } from "./outbound.ts";
import { Pass } from "./pass.ts";
import { readArrived, scanInbox } from "./scan.ts";
import { takeEdits } from "./take-edits.ts";

/**
 * Events of one agent in one pass; more wait for the next, so that every agent gets its turn, work begins while a full inbox is still to be
 * taken, and one that is killed again and again has had a commit before.
 */
const MOST_PER_PASS = 32;
/** How often messages within the host are handled in the pass that sent them: an answer to an answer needs no more. */
const MOST_ROUNDS = 4;

/**
 * One pass: every agent that has something handles it, one commit makes it durable, then messages, brains and deliveries follow.
 *
 * @returns whether anything was handled.
 */
export async function pump(context: Context): Promise<boolean> {
  const pass = new Pass(context);
  let handled = takeReceipts(context, pass);
  handled = takeEdits(context, pass) || handled;
  for (const agent of context.agents.values()) {
    if (agent.scanWanted) apart(context, agent, () => scanInbox(context, pass, agent));
    else if (agent.arrived.size > 0) apart(context, agent, () => readArrived(context, pass, agent));
    handled = handleInbox(context, pass, agent) || handled;
    handled = handleBrains(context, pass, agent) || handled;
  }
  if (!handled) handled = handleTimers(context, pass);
  handleSent(context, pass);
  await pass.prepared();
  context.store.setRunningClock(context.running.now());
  await context.store.commit();
  for (const agent of context.agents.values()) agent.inbox.release();
  pass.carryOut();
  context.slots.fill(context.agents.values());
  context.outbound.pump();
  return handled;
}

/** The last receipts, when no pass comes any more: else what was accepted would be sent again at the next start. */
export async function takeLastReceipts(context: Context): Promise<void> {
  const pass = new Pass(context);
  if (takeReceipts(context, pass)) await pass.prepared();
}

function handleInbox(context: Context, pass: Pass, agent: Agent): boolean {
  const deliveries = agent.inbox.take(MOST_PER_PASS);
  for (const delivery of deliveries) {
    try {
      handleDelivery(context, pass, agent, delivery);
    } catch (error) {
      // No fault of the message: it stays in the inbox, and is taken at the next look.
      if (isPassing(error)) tell(context, agent, error);
      else for (const { name } of lettersOf(delivery)) pass.bury(agent, name, error);
    }
  }
  return deliveries.length > 0;
}

/** One commit for both ends of a message within the host: its record holds them in their order. */
function handleSent(context: Context, pass: Pass): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const receivers = pass.handOver();
    if (receivers.size === 0) return;
    for (const agent of receivers) handleInbox(context, pass, agent);
  }
  pass.handOver();
}

function lettersOf(delivery: Delivery): readonly Letter[] {
  return delivery.kind === "single" ? [delivery.letter] : delivery.letters;
}

function handleBrains(context: Context, pass: Pass, agent: Agent): boolean {
  const news = agent.news.splice(0, MOST_PER_PASS);
  for (const item of news) apart(context, agent, () => handleNews(pass, agent, item));
  return news.length > 0;
}

function takeReceipts(context: Context, pass: Pass): boolean {
  const news = context.outbound.takeNews();
  for (const item of news) apart(context, item.agent, () => takeReceipt(context, pass, item));
  return news.length > 0;
}

function takeReceipt({ store }: Context, pass: Pass, item: OutboundNews): void {
  const { agent } = item;
  if (item.type === "accepted") {
    store.accepted(agent.workspace, item.name);
    const task = item.message.type === "task" ? agent.workspace.tasks.get(item.message.task_id) : undefined;
    if (task !== undefined) pass.step(agent, task, { type: "accepted", message: item.message.id });
  } else {
    const task = agent.workspace.task(item.task);
    const { message, code, text } = item;
    if (task !== undefined) pass.step(agent, task, { type: "undelivered", message, code, text });
  }
}

/** Timers are looked at when there is nothing else, and only after one more look into that agent's inbox. */
function handleTimers(context: Context, pass: Pass): boolean {
  let handled = false;
  for (const agent of context.agents.values()) {
    const due = dueTasks(context, agent);
    if (due.length === 0) continue;
    apart(context, agent, () => scanInbox(context, pass, agent));
    handled = true;
    if (agent.inbox.size > 0) continue;
    for (const id of due) {
      const task = agent.workspace.tasks.get(id);
      agent.timers.delete(id);
      if (task !== undefined) apart(context, agent, () => pass.step(agent, task, { type: "timer" }));
    }
  }
  return handled;
}

function dueTasks(context: Context, agent: Agent): string[] {
  if (agent.timers.size === 0) return [];
  const { running } = nowOf(context, agent);
  return [...agent.timers].filter(([, at]) => at <= running).map(([id]) => id);
}
