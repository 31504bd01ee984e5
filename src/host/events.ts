import type { ErrorCode } from "../protocol/errors.ts";

/** What a host tells those who listen; the truth is in the files, this is for looking on. */
export type HostEvent =
  | { type: "host:started"; agents: string[] }
  | { type: "host:stopped" }
  | { type: "host:failed"; error: Error }
  | { type: "task:created"; agent: string; task: string; title: string; from: string }
  | { type: "task:changed"; agent: string; task: string; status: string }
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
  | { type: "edit:kept"; agent: string; task: string; path: string };

export type Listener = (event: HostEvent) => void;

/** Tells every listener; one that throws harms neither the others nor the host. */
export class Events {
  readonly #listeners = new Set<Listener>();

  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: HostEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch {
        // A listener's fault is its own.
      }
    }
  }
}
