import type { BrainAnswer, BrainQuestion } from "../protocol/question.ts";

/** What a brain is given beside the question. */
export interface BrainContext {
  /** Aborted when the question is no longer open or its deadline has passed; the brain must end. */
  signal: AbortSignal;
  /** To be called once a process runs, with what identifies it after a crash of the host. */
  onProcess(pid: number, started: string): void;
  /** Of a task that is being done in pieces, the piece that the agent does itself and that the question is about. */
  subtask?: string;
}

/**
 * Judgement for one agent. `ask` never rejects for a fault of the brain: a crash, a missing program, garbage are
 * answers of the form `{error}`. It rejects only with the signal's reason when it was aborted.
 * `person` brains do not answer here: the task waits, and the answer comes as an `outcome` message.
 */
export interface Brain {
  readonly kind: "function" | "command" | "text" | "person" | "turn";
  /** For a person: whom the task waits for. */
  readonly person?: string;
  ask(question: BrainQuestion, context: BrainContext): Promise<BrainAnswer>;
}
