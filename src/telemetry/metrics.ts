import { Counter, Gauge, Registry } from "prom-client";
import { inboxCount } from "../view/problems.ts";
import type { RootView } from "../view/root-view.ts";
import { PROBLEMS, readStatus } from "../view/status.ts";
import { oldestInInbox, openTotals } from "./totals.ts";

export interface Metrics {
  /** The media type of the text. */
  readonly contentType: string;
  /**
   * The figures in Prometheus' text format, from the files as they are now.
   *
   * @param now milliseconds since 1970
   */
  text(view: RootView, now: number): Promise<string>;
}

/** As `clawflow status` has them. Milliseconds. */
const PENDING_AFTER = 60_000;
const LATELY = 24 * 3600 * 1000;

/**
 * What Prometheus reads. Nothing is counted while work goes on: every figure follows from the files when it is asked for. Tasks that are
 * finished are read once. What counts up begins anew, as after a restart, where `clawflow gc` removed something.
 */
export function openMetrics(): Metrics {
  const totals = openTotals();
  return {
    contentType: new Registry().contentType,
    async text(view, now) {
      const registry = new Registry();
      addTasks(registry, totals(view));
      addNeeds(registry, view, now);
      addMail(registry, view, now);
      addHosts(registry, view);
      return await registry.metrics();
    },
  };
}

function addTasks(registry: Registry, totals: ReturnType<ReturnType<typeof openTotals>>): void {
  const tasks = gauge(registry, "tasks", "Tasks by agent and status", ["agent", "status"]);
  const calls = counter(registry, "brain_calls_total", "Questions that brains answered", [
    "agent",
    "outcome",
  ]);
  const seconds = counter(registry, "brain_seconds_total", "Time that brains took for their answers", [
    "agent",
  ]);
  const tokens = counter(registry, "tokens_total", "Tokens that brains said they used", ["agent"]);
  const usd = counter(registry, "cost_usd_total", "Money that brains said they used", ["agent"]);
  for (const [agent, total] of totals) {
    for (const [status, count] of total.tasks) tasks.set({ agent, status }, count);
    for (const [outcome, count] of total.calls) calls.inc({ agent, outcome }, count);
    seconds.inc({ agent }, total.thinking / 1000);
    tokens.inc({ agent }, total.used.tokens ?? 0);
    usd.inc({ agent }, total.used.usd ?? 0);
  }
}

/** A kind of which there is nothing is 0, so that an alert has something to compare. */
function addNeeds(registry: Registry, view: RootView, now: number): void {
  const needs = gauge(registry, "needs_you", "What needs a person, by kind, as clawflow status tells it", [
    "kind",
  ]);
  const oldest = gauge(registry, "needs_you_oldest_seconds", "How long the oldest of them has waited", [
    "kind",
  ]);
  const { problems } = readStatus(view, { now, pendingAfter: PENDING_AFTER, lately: LATELY });
  for (const kind of PROBLEMS) {
    const own = problems.filter((problem) => problem.kind === kind);
    needs.set({ kind }, own.length);
    const since = Math.min(...own.map((one) => Date.parse(one.since ?? "")).filter(Number.isFinite));
    oldest.set({ kind }, Number.isFinite(since) ? Math.max(0, now - since) / 1000 : 0);
  }
}

function addMail(registry: Registry, view: RootView, now: number): void {
  const inbox = gauge(registry, "inbox_messages", "Messages in inboxes that were not handled", ["agent"]);
  const oldest = gauge(registry, "inbox_oldest_seconds", "How long the oldest of them lies there", ["agent"]);
  const pending = gauge(registry, "undelivered_messages", "Messages that were not accepted yet", ["agent"]);
  const dead = gauge(registry, "dead_letters", "Messages that could not be handled", ["agent"]);
  for (const agent of view.agents.keys()) {
    const mail = view.mail(agent);
    inbox.set({ agent }, inboxCount(view, agent));
    oldest.set({ agent }, oldestInInbox(view, agent, now));
    pending.set({ agent }, mail?.pending.size ?? 0);
    dead.set({ agent }, [...(mail?.dead ?? [])].filter((name) => !name.endsWith(".reason.md")).length);
  }
}

function addHosts(registry: Registry, view: RootView): void {
  const hosts = gauge(registry, "hosts", "Processes that host agents", ["state"]);
  const hosted = gauge(registry, "agent_hosted", "1: a process hosts the agent now", ["agent"]);
  const states = new Map<string, string>();
  for (const agent of view.agents.keys()) {
    const host = view.host(agent);
    const isHosted = host !== undefined && host !== "none";
    hosted.set({ agent }, isHosted ? 1 : 0);
    if (isHosted) states.set(host.directory, host.stopped === true ? "stopped" : host.state);
  }
  for (const state of ["alive", "stopped", "unknown"])
    hosts.set({ state }, [...states.values()].filter((one) => one === state).length);
}

function gauge<L extends string>(registry: Registry, name: string, help: string, labelNames: L[]): Gauge<L> {
  return new Gauge({ name: `clawflow_${name}`, help, labelNames, registers: [registry] });
}

function counter<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: L[],
): Counter<L> {
  return new Counter({ name: `clawflow_${name}`, help, labelNames, registers: [registry] });
}
