import type { Place } from "./place.ts";

/** A program that has the commands as its own: what is different there from a person's shell. */
export interface Embedded {
  /** What a person types before the name of a command, such as `/clawflow`. */
  program: string;
  /** How a host for the agents is started, in place of `clawflow up`. */
  start: string;
  /** All work is here; no files say where. */
  place: Place;
  /** Whether who calls may name files of this machine and give whole messages. Without it what is given is text. */
  files: boolean;
  /** Of a task that is given from here: fields that its message has, and who is to hear of it. */
  gives?: {
    extra: Record<string, unknown>;
    expect(job: { agent: string; task_id: string }): void;
  };
}
