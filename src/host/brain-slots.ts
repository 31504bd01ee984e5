import type { Ask } from "../loop/types.ts";
import { errorText } from "../protocol/errors.ts";
import type { AttachedFile, BrainAnswer, BrainQuestion } from "../protocol/question.ts";
import type { Attachment } from "../protocol/task.ts";
import type { Agent } from "./agent.ts";
import type { Clock } from "./clock.ts";
import type { Events } from "./events.ts";
import { packAnswer } from "./pack-answer.ts";

export interface SlotsOptions {
  clock: Clock;
  events: Events;
  /** Brains of the whole host that may run at once. */
  limit: number;
  /** Results of more bytes than this cross as an attachment. */
  resultBytes: number;
  /** There is news for the loop. */
  wake(): void;
}

/**
 * Puts questions to brains, at most so many at once for an agent and for the host. A task that waits holds no slot; only a brain
 * that runs does. What a brain says comes back as news for the loop, never as an exception.
 */
export class BrainSlots {
  readonly #options: SlotsOptions;
  readonly #ended = new Set<Promise<void>>();
  #running = 0;
  #closed = false;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** One that is asked already is not asked twice: at a start an edit may open a question, and the start asks what is open again. */
  ask(agent: Agent, ask: Ask): void {
    const { question } = ask.question;
    if (agent.running.get(question)?.signal.aborted === false) return;
    if (agent.asks.some((other) => other.question.question === question)) return;
    // What was begun before goes before what was not: it has had its turn.
    if (ask.question.asked > 1 && ask.resumed === undefined) agent.asks.unshift(ask);
    else agent.asks.push(ask);
  }

  /** The question is no longer open: its brain is ended, or never begun. */
  stop(agent: Agent, question: string): void {
    const waiting = agent.asks.findIndex((ask) => ask.question.question === question);
    if (waiting >= 0) agent.asks.splice(waiting, 1);
    agent.running.get(question)?.abort();
  }

  /** Begins what there are free slots for; what is paused keeps its place until it goes on. */
  fill(agents: Iterable<Agent>): void {
    const all = [...agents];
    let free = this.#options.limit - this.#running - all.reduce((sum, { turns }) => sum + turns.size, 0);
    for (const agent of all) {
      while (!this.#closed && free > 0 && agent.running.size + agent.turns.size < agent.concurrency) {
        const next = agent.asks.findIndex((ask) => !isPaused(agent, ask));
        const [ask] = next < 0 ? [] : agent.asks.splice(next, 1);
        if (ask === undefined) break;
        free--;
        if (ask.resumed === true) this.#giveTurn(agent, ask);
        else this.#begin(agent, ask);
      }
    }
  }

  /** Ends every brain; resolves when all are gone. Their questions stay open in the files. */
  async close(agents: Iterable<Agent>): Promise<void> {
    this.#closed = true;
    for (const agent of agents) for (const controller of agent.running.values()) controller.abort();
    await Promise.all(this.#ended);
  }

  #giveTurn(agent: Agent, { task, question: { question } }: Ask): void {
    agent.turns.add(question);
    agent.news.push({ type: "again", task, question });
    this.#options.wake();
  }

  #begin(agent: Agent, ask: Ask): void {
    const controller = new AbortController();
    const { question, kind } = ask.question;
    agent.running.set(question, controller);
    this.#running++;
    this.#options.events.emit({ type: "brain:asked", agent: agent.self.id, task: ask.task, question, kind });
    const ended = this.#run(agent, ask, controller.signal).finally(() => {
      this.#ended.delete(ended);
      this.#running--;
      if (agent.running.get(question) === controller) agent.running.delete(question);
      this.#options.wake();
    });
    this.#ended.add(ended);
  }

  async #run(agent: Agent, ask: Ask, signal: AbortSignal): Promise<void> {
    const { question } = ask.question;
    const from = this.#options.clock.monotonic();
    const onProcess = (pid: number, started: string) => {
      agent.news.push({ type: "started", task: ask.task, question, pid, started });
      this.#options.wake();
    };
    let packed: Awaited<ReturnType<typeof packAnswer>>;
    try {
      const asked = completeQuestion(agent, ask);
      const answer = await agent.brain.ask(asked, {
        signal,
        onProcess,
        ...(ask.subtask === undefined ? {} : { subtask: ask.subtask }),
      });
      packed = await packAnswer(agent.workspace, answer, this.#options.resultBytes, asked);
    } catch (error) {
      if (signal.aborted) return;
      const failed: BrainAnswer = {
        outcome: { error: errorText(error) },
        call: { duration: this.#options.clock.monotonic() - from },
      };
      packed = { answer: failed, attachments: [] };
    }
    if (signal.aborted) return;
    const { answer, attachments } = packed;
    agent.news.push({ type: "answer", task: ask.task, question, answer, attachments });
    const outcome = Object.keys(answer.outcome)[0] ?? "";
    const { duration } = answer.call;
    this.#options.events.emit({
      type: "brain:answered",
      agent: agent.self.id,
      task: ask.task,
      question,
      outcome,
      duration,
    });
  }
}

function isPaused({ workspace }: Agent, { task: id, subtask }: Ask): boolean {
  const task = workspace.tasks.get(id);
  return task?.paused === true || (subtask !== undefined && task?.subtasks.get(subtask)?.paused === true);
}

function completeQuestion({ workspace }: Agent, { question }: Ask): BrainQuestion {
  const { task, results, ...rest } = question;
  const complete: BrainQuestion = {
    ...rest,
    task: placeFiles(workspace, task),
    workspace: workspace.directory,
  };
  if (results === undefined) return complete;
  const placed = Object.entries(results).map(([id, result]) => [id, placeFiles(workspace, result)]);
  return { ...complete, results: Object.fromEntries(placed) };
}

/** Says where the attachments lie. */
function placeFiles<T extends { attachments?: Attachment[] }>(
  workspace: Agent["workspace"],
  { attachments, ...rest }: T,
): Omit<T, "attachments"> & { attachments?: AttachedFile[] } {
  if (attachments === undefined) return rest;
  return {
    ...rest,
    attachments: attachments.map((file) => ({ ...file, path: workspace.blobPath(file.sha256) })),
  };
}
