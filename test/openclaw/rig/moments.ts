import { setTimeout as pause } from "node:timers/promises";
import { readTask } from "../../host/files.ts";
import { until } from "../../host/until.ts";
import type { Gateway } from "./gateway.ts";
import type { HouseJob } from "./house-job.ts";
import { archived } from "./job-in-chat.ts";

/** A moment in the life of a job. */
export interface Moment {
  name: string;
  /** What the model takes long for, so that the moment lasts. */
  slow?: string;
  /** Milliseconds that pass after it, at most. */
  later?: number;
  /** Whether it has come. */
  isThere(gateway: Gateway, job: HouseJob): boolean;
}

const LONG = 240_000;
/** Milliseconds that the model takes for what is slow. */
const SLOW = 1_500;

const asked = (kind: string): Moment => ({
  name: `the model thinks: ${kind}`,
  slow: kind,
  later: 1_000,
  isThere: (_, job) => job.asked(kind) > 0,
});
const answered = (kind: string): Moment => ({
  name: `the model has answered: ${kind}`,
  later: 200,
  isThere: (_, job) => job.answered(kind) > 0,
});

export const MOMENTS = {
  given: { name: "given", isThere: () => true },
  considered: asked("consider"),
  planned: answered("consider"),
  piece: asked("walls"),
  nextPiece: asked("roof"),
  made: answered("door"),
  replied: {
    name: "a piece is made, its reply may be under way",
    isThere: (gateway, { id }) => readTask(gateway.workspace("writer"), `${id}.sign`)?.status === "done",
  },
  gathered: asked("synthesis"),
  synthesised: answered("synthesis"),
  done: {
    name: "done, the chat was not told",
    isThere: (gateway, { id }) => readTask(gateway.workspace("lead"), id)?.status === "done",
  },
  telling: asked("news"),
  heard: answered("news"),
  told: {
    name: "the chat was told",
    isThere: (gateway, { id }) => archived(gateway, "lead", "progress", id).length > 0,
  },
  any: { name: "any", later: 8_000, isThere: () => true },
} as const satisfies Record<string, Moment>;

/** Waits for that moment of a job that was given. @param random from 0 to 1: how much later than its beginning */
export async function reach(
  { name, later = 0, isThere }: Moment,
  gateway: Gateway,
  job: HouseJob,
  random: number,
): Promise<void> {
  await until(() => isThere(gateway, job), `${name} of house ${job.number}`, LONG);
  if (later > 0) await pause(random * later);
}

/** What the model is to be slow at, so that the moment lasts. To be set before it comes. */
export function slowAt({ slow }: Moment): Record<string, number> {
  return slow === undefined ? {} : { [slow]: SLOW };
}
