import { ClawflowError } from "../protocol/errors.ts";
import type { Io } from "./io.ts";
import type { Place } from "./place.ts";

/** The brain that calls, when it does: which agent it speaks for, on which question. */
export interface BrainCaller {
  agent: string;
  task: string;
  question: string;
}

/** A process that a host started to answer a question has these in its environment. */
export function brainCaller({ env }: Io): BrainCaller | undefined {
  const { CLAWFLOW_QUESTION: question, CLAWFLOW_AGENT: agent, CLAWFLOW_TASK: task } = env;
  if (!question || !agent || !task) return undefined;
  return { agent, task, question };
}

/**
 * For what only a person may do. A brain that works for another root is a person's program there.
 * @throws E_NOT_YOURS
 */
export function refuseToBrains(io: Io, place: Pick<Place, "root">, command: string): void {
  const caller = brainCaller(io);
  if (caller === undefined) return;
  if (io.env.CLAWFLOW_ROOT !== undefined && io.env.CLAWFLOW_ROOT !== place.root) return;
  throw new ClawflowError("E_NOT_YOURS", `${command} is a person's to do, not a brain's`, {
    found: `a question to ${caller.agent} (CLAWFLOW_QUESTION is set)`,
    hint: `Answer with \`clawflow plan ${caller.task} FILE\`, \`clawflow done\` or \`clawflow fail\`.`,
  });
}
