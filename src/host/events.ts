import type { ErrorCode } from "../protocol/errors.ts";

/** What a host tells those who listen; the truth is in the files, this is for looking on. */
export type HostEvent =
  | { type: "host:started"; agents: string[] }
  | { type: "host:stopped" }
  | { type: "host:failed"; error: Error }
  | { type: "task:created"; agent: string; task: string; title: string; from: string }
  | { type: "task:changed"; agent: string; task: string; status: string }
  /** It is a person's turn, or they are reminded that it is; `subtask`: one that the agent does itself has asked. */
  | {
      type: "task:waiting";
      agent: string;
      task: string;
      subtask?: string;
      for: "approval" | "answer" | "person";
      text: string;
    }
  | { type: "task:finished"; agent: string; task: string; status: "done" | "failed" | "cancelled" }
  | {
      type: "message:sent";
      agent: string;
      to: string;
      kind: string;
      task: string;
      subtask?: string;
      id: string;
    }
  | { type: "message:dead"; agent: string; name: string; code: ErrorCode; text: string }
  | { type: "message:ignored"; agent: string; id: string; note: string }
  | { type: "brain:asked"; agent: string; task: string; question: string; kind: string }
  | {
      type: "brain:answered";
      agent: string;
      task: string;
      question: string;
      outcome: string;
      duration: number;
    }
  /** What a workflow script tells of itself: a phase, a line of its log. */
  | { type: "script:said"; agent: string; task: string; text: string }
  | { type: "edit:taken"; agent: string; task: string }
  | { type: "edit:refused"; agent: string; task: string; text: string }
  | { type: "edit:kept"; agent: string; task: string; path: string }
  /** Something about an agent's files or messages that a person should know; work goes on, that of the others too. */
  | { type: "agent:problem"; agent: string; text: string };

export type Listener = (event: HostEvent) => void;

const MOST_EARLY = 100;

/** Tells every listener; one that throws harms neither the others nor the host. */
export class Events {
  readonly #listeners = new Set<Listener>();
  /** What was found while the host was opened, when nobody could listen yet. */
  #early: HostEvent[] = [];

  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const event of this.#early.splice(0)) tell(listener, event);
    return () => this.#listeners.delete(listener);
  }

  emit(event: HostEvent): void {
    if (event.type === "host:started") this.#early = [];
    else if (this.#listeners.size === 0 && this.#early.length < MOST_EARLY) this.#early.push(event);
    for (const listener of [...this.#listeners]) tell(listener, event);
  }
}

function tell(listener: Listener, event: HostEvent): void {
  try {
    listener(event);
  } catch {
    // A listener's fault is its own.
  }
}
