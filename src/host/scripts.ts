import type { CalledSubtask, ScriptAsk, Self } from "../loop/types.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/outcome.ts";
import type { Subtask, Task } from "../protocol/task.ts";
import type { Agent } from "./agent.ts";
import type { Events } from "./events.ts";
import { packAnswer } from "./pack-answer.ts";

/** What runs the programs of scripts; a host that has none answers such work with an error. */
export interface ScriptRunner {
  /**
   * Runs a program from its top to its end. Calls that stand in the task already have their answers there.
   *
   * @returns what it came to; its computing is no agent's work, and is not counted
   * @throws the signal's reason alone
   */
  run(run: ScriptRun): Promise<Outcome>;
}

/** A script under way, and what it may ask of its host. */
export interface ScriptRun {
  /** The agent whose task it is. */
  readonly self: Self;
  /** As it stood when the program began. */
  readonly task: Readonly<Task>;
  /** Aborted when the script is not to go on; it is then asked again, or over. */
  readonly signal: AbortSignal;
  /** The task as it stands: what it used and has. */
  now(): Readonly<Task>;
  /**
   * Makes the call, where it does not stand in the task already, and resolves once it is final: at once for one of an earlier run.
   * `undefined`: a person took it away.
   */
  call(id: string, subtask: CalledSubtask): Promise<Readonly<Subtask> | undefined>;
  /** The answers of this call are not what the program asks for: it failed, for the program. `why`: `E_CODE: text`. */
  unfit(id: string, why: string): void;
  /** A line for people. */
  say(text: string): void;
}

export interface ScriptsOptions {
  runner: ScriptRunner | undefined;
  events: Events;
  /** Results of more bytes than this cross as an attachment. */
  resultBytes: number;
  wake(): void;
}

interface Running {
  readonly agent: Agent;
  readonly task: string;
  readonly controller: AbortController;
  readonly waiting: Map<string, Waiting>;
}

interface Waiting {
  readonly hash: string;
  /** It stood in the task once. */
  stood: boolean;
  readonly resolve: (subtask: Readonly<Subtask> | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

const FINAL: readonly string[] = ["done", "failed", "cancelled", "skipped"] satisfies Subtask["status"][];

/** Runs the scripts of a host. They hold no slot: what they call does. */
export class Scripts {
  readonly #options: ScriptsOptions;
  readonly #running = new Map<string, Running>();
  readonly #ended = new Set<Promise<void>>();
  #closed = false;

  constructor(options: ScriptsOptions) {
    this.#options = options;
  }

  /** One that runs already goes on, as of `BrainSlots.ask`. */
  start(agent: Agent, { task, question }: ScriptAsk): void {
    if (this.#closed || this.#running.get(question)?.controller.signal.aborted === false) return;
    const running: Running = { agent, task, controller: new AbortController(), waiting: new Map() };
    this.#running.set(question, running);
    const ended = this.#run(question, running).finally(() => {
      this.#ended.delete(ended);
      if (this.#running.get(question) === running) this.#running.delete(question);
      this.#options.wake();
    });
    this.#ended.add(ended);
  }

  /** The question is no longer open. */
  stop(question: string): void {
    const running = this.#running.get(question);
    if (running !== undefined) abort(running);
  }

  /** Something of that task has changed, and is durable. */
  changed(agent: Agent, task: string): void {
    for (const running of this.#running.values()) {
      if (running.agent !== agent || running.task !== task) continue;
      for (const id of inOrderOfEnd(running)) settle(running, id);
    }
  }

  /** Ends them all; resolves when none runs any more. Their questions stay open in the files. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const running of this.#running.values()) abort(running);
    await Promise.all(this.#ended);
  }

  async #run(question: string, running: Running): Promise<void> {
    const { agent, controller } = running;
    const { signal } = controller;
    let outcome: Outcome;
    try {
      outcome = await this.#outcome(question, running);
    } catch (error) {
      if (signal.aborted) return;
      outcome = { error: errorText(error) };
    }
    const given = { outcome, call: { duration: 0 } };
    const { answer, attachments } = await packAnswer(agent.workspace, given, this.#options.resultBytes);
    if (!signal.aborted)
      agent.news.push({ type: "answer", task: running.task, question, answer, attachments });
  }

  async #outcome(question: string, running: Running): Promise<Outcome> {
    const { runner, events, wake } = this.#options;
    const { agent, task, controller } = running;
    const begun = agent.workspace.task(task);
    if (runner === undefined || begun === undefined)
      throw new ClawflowError("E_UNSUPPORTED", "this host runs no scripts");
    return runner.run({
      self: agent.self,
      task: begun,
      signal: controller.signal,
      now: () => agent.workspace.task(task) ?? begun,
      call: (id, subtask) =>
        new Promise((resolve, reject) => {
          running.waiting.set(id, { hash: subtask.call.hash, stood: false, resolve, reject });
          settle(running, id);
          if (running.waiting.get(id)?.stood !== false) return;
          agent.news.push({ type: "calls", task, question, calls: { [id]: subtask } });
          wake();
        }),
      // Handled before whatever the program calls next, and before its end.
      unfit: (id, why) => {
        if (controller.signal.aborted) return;
        agent.news.push({ type: "unfit", task, question, subtask: id, why });
        wake();
      },
      say: (text) => events.emit({ type: "script:said", agent: agent.self.id, task, text }),
    });
  }
}

function abort({ controller, waiting }: Running): void {
  controller.abort();
  for (const { reject } of waiting.values()) reject(controller.signal.reason);
  waiting.clear();
}

/** What ended in one commit is told in the order in which the files have it: a run of the same program again is told so too. */
function inOrderOfEnd({ agent, task, waiting }: Running): string[] {
  const subtasks = agent.workspace.task(task)?.subtasks;
  const endOf = (id: string) => subtasks?.get(id)?.call?.ended ?? Number.MAX_VALUE;
  return [...waiting.keys()].sort((a, b) => endOf(a) - endOf(b));
}

/** Tells the script of a call that is over. */
function settle({ agent, task, waiting }: Running, id: string): void {
  const wait = waiting.get(id);
  if (wait === undefined) return;
  const found = agent.workspace.task(task)?.subtasks.get(id);
  const subtask = found?.call?.hash === wait.hash ? found : undefined;
  if (subtask !== undefined) wait.stood = true;
  const isOver = subtask === undefined ? wait.stood : FINAL.includes(subtask.status);
  if (!isOver) return;
  waiting.delete(id);
  wait.resolve(subtask);
}
