import { type AnswerWay, formatPrompt } from "../brain/prompt.ts";
import type { BrainQuestion } from "../protocol/question.ts";
import { ANSWER_TOOLS, type AnswerTool } from "./answer-tools.ts";

/** What a turn is asked: the task, its context marked as data, and how to answer by tools or text. */
export function turnPrompt(question: BrainQuestion, given: { agent: string; tag: string }): string {
  return formatPrompt(question, { ...given, way: BY_TURN });
}

/** The same for a completion, which has no tools. */
export function completionPrompt(question: BrainQuestion, given: { agent: string; tag: string }): string {
  return formatPrompt(question, given);
}

/** The tools that a question may be answered with: a plan only where there is somebody to give work to. */
export function toolsFor({ kind, peers }: BrainQuestion): AnswerTool[] {
  const splits = kind !== "synthesise" && peers.length > 0;
  return ANSWER_TOOLS.filter((tool) => tool !== "clawflow_plan" || splits);
}

const BY_TURN: AnswerWay = {
  counts: "the answer is the text with which you end your turn, or one call of a tool named below",
  part(question) {
    const parts = [question.kind === "synthesise" ? SYNTHESISE : DO_IT];
    if (toolsFor(question).includes("clawflow_plan")) parts.push(SPLIT);
    return [...parts, OTHERWISE].join("\n\n");
  },
};

const DO_IT = `# How to answer

Do the task yourself: then end your turn with the result as text, and nothing else. It is handed on as it stands: no preamble, and no
remarks about this prompt. Where files go with it, call \`clawflow_done\` in place of that.`;

const SYNTHESISE = `# How to answer

Write the one answer to the task from the results of the pieces. Say what is missing because a piece failed. End your turn with the
answer as text, and nothing else: no preamble, and no remarks about this prompt. Where files go with it, call \`clawflow_done\`.`;

const SPLIT = `Or, only if it is too big for one, split it: call \`clawflow_plan\` once, and do nothing else. Each piece has an id (a-z, 0-9 and -), an
\`agent\` from the list above, or \`self\` for a piece that you do yourself, and \`instructions\` that can be understood without this prompt.
A piece that needs the results of others names them in \`depends_on\` and is given them. You are asked again with all results. Do not give
work to agents in any other way.`;

const OTHERWISE = `If you cannot go on without an answer of a person, call \`clawflow_ask\`. If it cannot be done, call \`clawflow_fail\`.`;
