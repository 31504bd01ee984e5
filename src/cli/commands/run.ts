import { ClawflowError } from "../../protocol/errors.ts";
import { findOneTask } from "../../view/find-task.ts";
import { openRoot } from "../../view/root-view.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { type CommonOptions, chosenAgent, findPlace, type Place } from "../place.ts";
import { printAnswer } from "../print-answer.ts";
import { readInstructions } from "../read-input.ts";
import { type Job, runJob } from "../run-job.ts";
import { timeoutOf, type WorkOptions, workOf } from "../work-options.ts";

export interface RunOptions extends CommonOptions, WorkOptions {
  resume?: string;
  timeout?: string;
}

/** Hosts the agents, gives them the work, waits and prints the answer; where another process hosts them, sends it there and waits. */
export async function runCommand(io: Io, given: string | undefined, options: RunOptions): Promise<ExitCode> {
  const begun = performance.now();
  const timeout = timeoutOf(options.timeout);
  const place = findPlace(io, options, { team: true });
  refuseToBrains(io, place, "run");
  const job = await jobOf(io, place, given, options);
  const answer = await runJob(io, place, job, {
    ...options,
    ...(timeout === undefined ? {} : { patience: timeout }),
  });
  return printAnswer(io, answer, performance.now() - begun, options.json === true);
}

async function jobOf(io: Io, place: Place, given: string | undefined, options: RunOptions): Promise<Job> {
  if (options.resume !== undefined) {
    if (given !== undefined) {
      throw new ClawflowError("E_USAGE", "--resume goes on with a task that is there", {
        hint: "Leave the instructions out.",
      });
    }
    const { agent, task } = findOneTask(openRoot(place.disk, place.agents), options.resume, options.agent);
    return { agent, task_id: task.task_id };
  }
  if (given === undefined) {
    throw new ClawflowError("E_USAGE", "nothing to do is given", {
      expected: "instructions, a file, or - for standard input",
      hint: 'For example: clawflow run "Compare the two drafts"',
    });
  }
  const agent = chosenAgent(place, options.agent);
  return { agent, work: workOf(await readInstructions(io, given), options) };
}
