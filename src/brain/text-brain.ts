import { randomBytes } from "node:crypto";
import type { Outcome } from "../protocol/outcome.ts";
import { parseTextAnswer } from "../protocol/parse-outcome.ts";
import { brainError, thrownOutcome } from "./brain-error.ts";
import { answerOf, placeOf } from "./command-brain.ts";
import { type Preset, presetFor, presetOf } from "./presets.ts";
import { programOutput } from "./program-output.ts";
import { formatPrompt } from "./prompt.ts";
import { withPromptFile } from "./prompt-file.ts";
import { type ProgramLimits, type ProgramRun, runProgram } from "./run-program.ts";
import type { Brain } from "./types.ts";

export type TextBrainOptions = {
  /** Where it runs; absolute. */
  cwd: string;
  agent: string;
  /** Added to the host's environment. */
  env?: Readonly<Record<string, string>>;
  limits?: ProgramLimits;
} & (
  | {
      /** The program and its arguments. It reads a prompt on standard input and prints its answer. */
      command: readonly string[];
    }
  | {
      /** A name of `PRESETS`. */
      preset: string;
    }
);

/**
 * An agent command line as a brain: a Markdown prompt on standard input, its text as the answer, a fenced
 * `clawflow-plan` block in it as a plan. It runs, fails and ends as a command brain does.
 *
 * @throws ClawflowError E_CONFIG for a preset that does not exist.
 */
export function textBrain(options: TextBrainOptions): Brain {
  const preset = "preset" in options ? presetOf(options.preset) : presetFor(options.command);
  const { agent, cwd, env, limits } = options;
  return {
    kind: "text",
    async ask(question, context) {
      const input = formatPrompt(question, { agent, tag: randomBytes(12).toString("hex") });
      const program = { command: preset.command, agent, cwd, env, limits, ...placeOf(question), input };
      const { argumentsFor } = preset;
      if (argumentsFor === undefined) {
        const run = await runProgram(program, context);
        return answerOf(run, preset.command, outcomeOf(run, preset));
      }
      return await withPromptFile(input, async (prompt) => {
        const { subtask } = context;
        const more = argumentsFor({ agent, task: question.task.task_id, subtask, prompt });
        const command = [...preset.command, ...more];
        const run = await runProgram({ ...program, command, input: "" }, context);
        return answerOf(run, preset.command, outcomeOf(run, preset));
      });
    },
  };
}

function outcomeOf(run: ProgramRun, preset: Preset): Outcome {
  const output = programOutput(run);
  if (preset.parse === undefined) return "error" in output ? output : answerIn(output.text);

  // These say what went wrong in their own form, whatever their exit status is.
  const { end } = run;
  const read = end.type === "exited" ? preset.parse(new TextDecoder().decode(end.stdout)) : undefined;
  if (read !== undefined && "error" in read)
    return { ...brainError("E_BRAIN", read.error, read.passing), ...usedOf(read) };
  if ("error" in output) return { ...output, ...(read === undefined ? {} : usedOf(read)) };
  if (read !== undefined) return { ...answerIn(read.text), ...usedOf(read) };
  const said = output.text.trim();
  return brainError(
    "E_BRAIN_OUTPUT",
    `the output is not of the form that was asked for: ${said.slice(0, 500)}`,
  );
}

function usedOf({ used }: Pick<Outcome, "used">): Pick<Outcome, "used"> {
  return used === undefined ? {} : { used };
}

function answerIn(text: string): Outcome {
  try {
    return parseTextAnswer(text);
  } catch (error) {
    return thrownOutcome(error);
  }
}
