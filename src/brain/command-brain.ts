import type { Outcome } from "../protocol/outcome.ts";
import { parseBrainOutput } from "../protocol/parse-outcome.ts";
import type { BrainAnswer, BrainQuestion } from "../protocol/question.ts";
import { markPassing, printable, thrownOutcome } from "./brain-error.ts";
import { programOutput } from "./program-output.ts";
import { type ProgramLimits, type ProgramRun, runProgram } from "./run-program.ts";
import type { Brain } from "./types.ts";

export interface CommandBrainOptions {
  /** The program and its arguments; never a shell line. */
  command: readonly string[];
  /** Where it runs; absolute. */
  cwd: string;
  agent: string;
  /** Added to the host's environment. */
  env?: Readonly<Record<string, string>>;
  limits?: ProgramLimits;
}

/**
 * A program as a brain: reads the question as one JSON object on standard input, prints its outcome as one JSON
 * object, or text, which is results. In its environment are `CLAWFLOW_AGENT`, `CLAWFLOW_TASK`, `CLAWFLOW_QUESTION`
 * and `CLAWFLOW_WORKSPACE`.
 *
 * Answers `E_BRAIN_MISSING` for a program that is not there, `E_BRAIN_OUTPUT` for output that is too long or not UTF-8,
 * `E_BRAIN` for an exit status other than 0; with `passing` for status 75 (EX_TEMPFAIL) or where the text plainly says so.
 *
 * When the question is given up all its processes are ended before `ask` rejects. When the program exited by itself,
 * what it left in its process group is ended without waiting; what left the group (a daemon) is left alone.
 */
export function commandBrain(options: CommandBrainOptions): Brain {
  return {
    kind: "command",
    async ask(question, context) {
      const run = await runProgram(
        { ...options, ...placeOf(question), input: JSON.stringify(question) },
        context,
      );
      return answerOf(run, options.command, outcomeOf(run));
    },
  };
}

/** What a program's environment says of the question. */
export function placeOf({ task, question, workspace }: BrainQuestion): {
  task: string;
  question: string;
  workspace: string;
} {
  return { task: task.task_id, question, workspace };
}

/** The outcome with the record of the call. */
export function answerOf(run: ProgramRun, command: readonly string[], outcome: Outcome): BrainAnswer {
  const stderr = printable(run.stderr);
  return {
    outcome: markPassing(outcome),
    call: {
      duration: Math.round(run.duration),
      ...(run.end.type === "exited" ? { exit: run.end.exit } : {}),
      ...(stderr === "" ? {} : { stderr }),
      command: command.join(" "),
    },
  };
}

function outcomeOf(run: ProgramRun): Outcome {
  const output = programOutput(run);
  if ("error" in output) return output;
  try {
    return parseBrainOutput(output.text);
  } catch (error) {
    return thrownOutcome(error);
  }
}
