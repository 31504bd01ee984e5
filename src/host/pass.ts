import { emptyPlan } from "../loop/empty-plan.ts";
import { isFinal } from "../loop/phase.ts";
import { step } from "../loop/step.ts";
import { nextTimer } from "../loop/timers.ts";
import type { Ask, LoopEvent, Plan } from "../loop/types.ts";
import { errorText } from "../protocol/errors.ts";
import type { Message } from "../protocol/message.ts";
import type { Task } from "../protocol/task.ts";
import type { Op } from "../store/types.ts";
import type { Agent } from "./agent.ts";
import { type Context, dayOf, nowOf } from "./context.ts";
import type { HostEvent } from "./events.ts";
import type { Letter } from "./letter.ts";
import { planOps, type Route } from "./plan-ops.ts";
import { waitsToTell } from "./waits-to-tell.ts";

/**
 * One pass of the pump: the steps of all agents that have something to handle. Each changes its task in memory at once, so that the
 * next sees it; files, messages and brains follow in `carryOut`, when the one commit of the pass is durable.
 */
export class Pass {
  readonly #context: Context;
  readonly #effects: (() => void)[] = [];
  readonly #blobs: Promise<unknown>[] = [];
  /** Names of messages for other hosts; no two messages have the same. */
  readonly #leaving = new Set<string>();
  #handed: { to: string; letter: Letter }[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  /** Runs one step and stages what it decides. */
  step(agent: Agent, task: Task | undefined, event: LoopEvent, letters: readonly Letter[] = []): Plan {
    const before = task?.status;
    const now = nowOf(this.#context, agent);
    const plan = step(agent.self, task, event, now);
    const id = plan.create?.task_id ?? task?.task_id;
    this.#stage(agent, plan, id, letters);
    if (id === undefined) return plan;
    this.#watchTask(agent, id, plan, before);
    for (const wait of waitsToTell(plan, now.wall))
      this.tell({ type: "task:waiting", agent: agent.self.id, task: id, ...wait });
    return plan;
  }

  /** A message that no step can handle goes to the dead letters, with the reason. */
  bury(agent: Agent, name: string, error: unknown): void {
    const text = errorText(error);
    this.#context.store.stage(agent.workspace, [{ op: "dead", name, reason: `${text}\n` }]);
    this.#tellDead(agent, name, text);
  }

  /** A message outside any task: an answer to what could not be taken. */
  sendMessage(agent: Agent, message: Message): void {
    this.#stage(agent, { ...emptyPlan(), send: [message] }, undefined, []);
  }

  take(agent: Agent, letter: Letter, to: "take" | "again"): void {
    const path = `mailbox/archive/${dayOf(this.#context)}/${letter.name}`;
    this.#context.store.stage(agent.workspace, [{ op: to, name: letter.name, path, sha256: letter.sha256 }]);
  }

  /**
   * Puts what agents of this host were sent in this pass before them, so that the commit that sends it holds as well what they make of it.
   *
   * @returns those who have something to handle
   */
  handOver(): ReadonlySet<Agent> {
    const receivers = new Set<Agent>();
    for (const { to, letter } of this.#handed.splice(0)) {
      const agent = this.#context.agents.get(to);
      agent?.inbox.add(letter);
      if (agent !== undefined) receivers.add(agent);
    }
    return receivers;
  }

  /** Resolves when what must be durable before the commit is so: the contents of attachments. */
  async prepared(): Promise<void> {
    await Promise.all(this.#blobs);
  }

  /** Everything that may happen only now that the commit stands. */
  carryOut(): void {
    for (const effect of this.#effects) effect();
  }

  #stage(agent: Agent, plan: Plan, task: string | undefined, letters: readonly Letter[]): void {
    const { store } = this.#context;
    const planned = planOps(plan, letters, {
      day: dayOf(this.#context),
      task,
      route: (to) => this.#route(to),
      // What an earlier step of this pass sends is not yet with the transport, and can be taken back.
      isPending: (name) => this.#context.outbound.has(agent, name) || this.#leaving.has(name),
    });
    for (const { text } of plan.blobs) {
      const blob = agent.workspace.putBlobText("results", text);
      // Where the pass ends before it is waited for, nobody else hears of its fault.
      blob.catch(() => {});
      this.#blobs.push(blob);
    }
    store.stage(agent.workspace, planned.ops);
    for (const local of planned.local) {
      // The contents cross when the commit is carried out.
      if (hasAttachments(local.letter))
        this.#later(() => this.#context.agents.get(local.to)?.inbox.add(local.letter));
      else this.#handed.push(local);
    }
    for (const { to, name, message } of planned.remote) {
      this.#leaving.add(name);
      this.#later(() => this.#context.outbound.add(agent, to, name, message));
    }
    for (const name of plan.withdraw) this.#later(() => this.#context.outbound.withdraw(agent, name));
    for (const { to, name } of plan.resend) this.#later(() => this.#resend(agent, to, name));
    for (const question of plan.stop) this.#later(() => this.#stop(agent, question));
    for (const script of plan.run) this.#later(() => this.#context.scripts.start(agent, script));
    for (const ask of plan.ask) this.#later(() => this.#ask(agent, ask));
    this.#tell(agent, plan, planned.ops);
  }

  #route(to: string): Route {
    if (to === "human") return "human";
    return this.#context.agents.has(to) ? "local" : "remote";
  }

  #resend(agent: Agent, to: string, name: string): void {
    const peer = this.#context.agents.get(to);
    if (peer === undefined) this.#context.outbound.again(agent, to, name);
    else {
      this.#context.store.relink(agent.workspace, name, peer.workspace);
      peer.scanWanted = true;
    }
  }

  #stop(agent: Agent, question: string): void {
    this.#context.slots.stop(agent, question);
    this.#context.scripts.stop(question);
  }

  #ask(agent: Agent, ask: Ask): void {
    this.#context.slots.ask(agent, ask);
  }

  #watchTask(agent: Agent, id: string, plan: Plan, before: Task["status"] | undefined): void {
    const now = agent.workspace.task(id);
    if (now === undefined) return;
    if (isFinal(now)) agent.timers.delete(id);
    else {
      const due = nextTimer(agent.self, now);
      if (due === undefined) agent.timers.delete(id);
      else agent.timers.set(id, due);
    }
    const { events } = this.#context;
    if (now.script !== undefined) this.#later(() => this.#context.scripts.changed(agent, id));
    const base = { agent: agent.self.id, task: id };
    const { title, from, status } = now;
    if (plan.create !== undefined)
      this.#later(() => events.emit({ type: "task:created", ...base, title, from }));
    if (status !== before && isFinal(now)) {
      this.#later(() => events.emit({ type: "task:finished", ...base, status: status as "done" }));
    } else if (plan.change !== undefined)
      this.#later(() => events.emit({ type: "task:changed", ...base, status }));
  }

  #tell(agent: Agent, plan: Plan, ops: readonly Op[]): void {
    const { events } = this.#context;
    for (const { to, type, task_id, subtask_id, id } of plan.send) {
      const about = { agent: agent.self.id, to, kind: type, task: task_id, id };
      this.#later(() =>
        events.emit({
          type: "message:sent",
          ...about,
          ...(subtask_id === undefined ? {} : { subtask: subtask_id }),
        }),
      );
    }
    for (const op of ops) {
      if (op.op !== "dead") continue;
      this.#tellDead(agent, op.name, op.reason.trim());
    }
    for (const disposal of plan.disposals) {
      if (disposal.to !== "archive" || disposal.note === undefined) continue;
      const { message: id, note } = disposal;
      this.#later(() => events.emit({ type: "message:ignored", agent: agent.self.id, id, note }));
    }
  }

  /** @param text begins with the code */
  #tellDead(agent: Agent, name: string, text: string): void {
    const code = text.slice(0, text.indexOf(":")) as (HostEvent & { type: "message:dead" })["code"];
    this.#later(() => {
      // Another file came under this name meanwhile.
      if (agent.workspace.hasArrived(name)) agent.unsettled = true;
      else this.#context.events.emit({ type: "message:dead", agent: agent.self.id, name, code, text });
    });
  }

  /** Tells those who listen, once the commit stands. */
  tell(event: HostEvent): void {
    this.#later(() => this.#context.events.emit(event));
  }

  #later(effect: () => void): void {
    this.#effects.push(effect);
  }
}

function hasAttachments({ message }: Letter): boolean {
  return "attachments" in message && message.attachments !== undefined && message.attachments.length > 0;
}
