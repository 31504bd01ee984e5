import { brainError, thrownOutcome } from "../brain/brain-error.ts";
import type { Brain, BrainContext } from "../brain/types.ts";
import { errorText } from "../protocol/errors.ts";
import type { Outcome } from "../protocol/outcome.ts";
import { parseTextAnswer } from "../protocol/parse-outcome.ts";
import type { BrainAnswer, BrainQuestion } from "../protocol/question.ts";
import type { OpenTurns } from "./open-turns.ts";
import type { PluginConfig } from "./plugin-config.ts";
import { failedTurn, runTurnWhenTaken, type TurnEnd, type TurnPorts } from "./run-turn.ts";
import { sessionKeyOf } from "./session-key.ts";
import { answeredRun, type RunRecord, readTranscript, recordOf } from "./transcript.ts";
import { completionPrompt, toolsFor, turnPrompt } from "./turn-prompt.ts";

export interface TurnBrainPorts extends TurnPorts {
  turns: OpenTurns;
  /** A mark for the texts of others in a prompt, that nobody can know. */
  newTag(): string;
  /** The plugin is being stopped: runs go on, and are waited for when it is started again. */
  isStopping(): boolean;
  /** Something that a person may want to know; the work goes on. */
  onProblem(text: string): void;
}

/** Runs of one question that may have failed before it is given up to find a new id for the next. */
const MOST_RUNS = 50;

/** An agent of OpenClaw as a brain: a turn of it in the session of the task, or where that is enough a completion by its model. */
export function turnBrain(
  agent: string,
  config: Pick<PluginConfig, "synthesis" | "completion_seconds">,
  ports: TurnBrainPorts,
): Brain {
  const failures = new Map<string, number>();
  return {
    kind: "turn",
    async ask(question, context) {
      const from = performance.now();
      const tag = ports.newTag();
      const end = (outcome: Outcome, command: string): BrainAnswer => ({
        outcome,
        call: { duration: Math.round(performance.now() - from), command },
      });
      if (isForCompletion(question, config.synthesis)) {
        const message = completionPrompt(question, { agent, tag });
        const outcome = await complete(ports, agent, message, config.completion_seconds, context.signal);
        if (outcome !== undefined) return end(outcome, `completion of ${agent}`);
      }
      const { outcome, runId } = await turn(agent, question, context, tag, ports, failures);
      return end(outcome, runId === undefined ? `turn of ${agent}` : `turn ${runId}`);
    },
  };
}

/** Tools are needed to read files that came with the results. */
function isForCompletion({ kind, results = {} }: BrainQuestion, how: PluginConfig["synthesis"]): boolean {
  if (kind !== "synthesise" || how === "turn") return false;
  return (
    how === "completion" || Object.values(results).every(({ attachments = [] }) => attachments.length === 0)
  );
}

/** @returns undefined where no completion is to be had; a turn then does the same */
async function complete(
  { subagent }: TurnBrainPorts,
  agentId: string,
  message: string,
  seconds: number,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  try {
    const { text } = await subagent.complete({ agentId, message, timeoutMs: seconds * 1000, signal });
    const said = saidOf(text);
    return said === undefined ? undefined : { ...said, used: { tokens: estimated(message, text) } };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** OpenClaw does not say what a completion used: four characters a token, as it holds of most texts. */
function estimated(...texts: string[]): number {
  return Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / 4);
}

async function turn(
  agent: string,
  question: BrainQuestion,
  { signal, subtask }: BrainContext,
  tag: string,
  ports: TurnBrainPorts,
  failures: Map<string, number>,
): Promise<{ outcome: Outcome; runId?: string }> {
  const { subagent, turns } = ports;
  const sessionKey = sessionKeyOf(agent, question.task.task_id, subtask);
  const tools = toolsFor(question);
  const open = turns.open(sessionKey, tools);
  const message = turnPrompt(question, { agent, tag });
  const runs = `clawflow:${agent}:${question.question}:`;
  try {
    // It may have been answered before a restart, when nobody was there to take the answer.
    const answered =
      question.asked > 1 ? answeredRun(await readTranscript(subagent, sessionKey), runs) : undefined;
    if (answered !== undefined) {
      const { record, runId } = answered;
      const outcome = record.called ?? saidOf(record.said);
      if (outcome !== undefined) return { outcome: withUse(outcome, record), runId };
    }
    for (let run = (failures.get(question.question) ?? 0) + 1; ; run++) {
      const id = `${runs}${run}`;
      const request = { sessionKey, message, toolsAlsoAllow: [...tools], deliver: false, idempotencyKey: id };
      const end = await runTurnWhenTaken(ports, request, signal);
      // It had failed before it was asked for now.
      if (end.type === "failed" && end.before && run < MOST_RUNS) continue;
      // The gateway remembers what came of an id: another attempt needs another one.
      if (end.type === "failed" || end.type === "refused") failures.set(question.question, run);
      if (end.type === "refused") return { outcome: failedTurn(end) };
      const record = recordOf(await readTranscript(subagent, sessionKey), end.runId);
      const outcome = open.outcome ?? record.called ?? outcomeOfEnd(end);
      return { outcome: withUse(outcome, record), runId: end.runId };
    }
  } catch (error) {
    // The question is no longer open: nobody waits for what the turn would say.
    if (signal.aborted && !ports.isStopping()) await endTurn(ports, sessionKey);
    throw error;
  } finally {
    turns.close(sessionKey, open);
  }
}

/** OpenClaw ends a run with its session alone; the transcript is kept, in its archive. */
async function endTurn({ subagent, onProblem }: TurnBrainPorts, sessionKey: string): Promise<void> {
  try {
    await subagent.deleteSession({ sessionKey });
  } catch (error) {
    onProblem(`the turn in ${sessionKey} could not be ended: ${errorText(error)}`);
  }
}

function withUse(outcome: Outcome, { used }: RunRecord): Outcome {
  return used === undefined ? outcome : { ...outcome, used };
}

function outcomeOfEnd(end: TurnEnd): Outcome {
  if (end.type === "failed" || end.type === "refused") return failedTurn(end);
  const said = end.type === "said" ? saidOf(end.text) : undefined;
  return said ?? brainError("E_BRAIN_OUTPUT", "the turn ended without a text or a call of a tool");
}

function saidOf(text: string | undefined): Outcome | undefined {
  return text === undefined || text.trim() === "" ? undefined : outcomeOfText(text);
}

function outcomeOfText(text: string): Outcome {
  try {
    return parseTextAnswer(text);
  } catch (error) {
    return thrownOutcome(error);
  }
}
