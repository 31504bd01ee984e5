import { functionBrain } from "../../src/brain/function-brain.ts";
import type { Brain } from "../../src/brain/types.ts";
import type { Outcome, PlannedSubtask } from "../../src/protocol/outcome.ts";
import type { BrainQuestion } from "../../src/protocol/question.ts";
import type { Disk } from "../../src/store/disk.ts";
import { type Random, randomFor, upTo } from "./random.ts";
import { type Script, synthesis } from "./script.ts";
import { instructionsOf, type ScriptNode } from "./script-node.ts";
import type { VirtualLife } from "./virtual-life.ts";
import { answersInJson, promptFault } from "./workflow.ts";

export interface Stage {
  script: Script;
  life: VirtualLife;
  disk: Disk;
  /** Milliseconds that an answer takes at most, mostly. */
  slowness: number;
  /** Whether all of that job must go as the script says. */
  isKnown(job: string): boolean;
  /** A brain saw what it should not have; the run fails with it. */
  complain(text: string): void;
}

/**
 * The brain of one agent in one process. It answers from the script, after a time, and checks that it was given what belongs to the
 * question: the results of all that its work depends on, byte for byte, and that it is not asked what it is answering.
 */
export function scriptedBrain(stage: Stage): Brain {
  const { script, life, slowness, complain } = stage;
  const open = new Map<string, AbortSignal>();
  return functionBrain(
    async (question, { signal }) => {
      if (open.get(question.question)?.aborted === false)
        complain(`${question.task.task_id} is asked ${question.question} while it is being answered`);
      open.set(question.question, signal);
      const random = randomFor(script.shape.seed, "slow", question.question, question.asked);
      await life.sleep(upTo(random, random() < 0.1 ? slowness * 10 : slowness));
      if (open.get(question.question) === signal) open.delete(question.question);
      const node = script.find(question.task.instructions);
      if (node === undefined) return `unscripted: ${question.task.instructions}`;
      return withUse(answer(stage, node, question), question, random);
    },
    "script",
    () => life.clock.monotonic(),
  );
}

function answer(stage: Stage, node: ScriptNode, question: BrainQuestion): Outcome | string {
  const { kind, asked, problem, task } = question;
  const known = stage.isKnown(node.id.split(".", 1)[0] ?? "");
  if (asked <= node.passing && kind !== "synthesise") return { error: "E_BRAIN: overloaded", passing: true };
  if (kind === "synthesise") {
    if (known) checkResults(stage, node, question);
    return synthesis(node, new Map(Object.entries(question.results ?? {})));
  }
  if (known) checkUpstream(stage, node, question);
  if (task.attempt <= node.failures) return { error: `E_BRAIN: ${node.id} fails`, partial: "a part" };
  if (node.asks && !task.context.includes(ANSWER)) return { ask: `May ${node.id} begin?` };
  if (node.pieces.size > 0) return planOf(node, node.badPlan && problem === undefined);
  const text = textFor(stage.script, node, task.context);
  if (!node.file) return text;
  return { results: text, files: [writeFile(stage.disk, node)] };
}

/** Says what it used: never more than a part of what it may. */
function withUse(outcome: Outcome | string, { task }: BrainQuestion, random: Random): Outcome {
  const { tokens = Number.POSITIVE_INFINITY, usd = Number.POSITIVE_INFINITY } = task.budget ?? {};
  const used = {
    tokens: Math.min(1 + upTo(random, 50), Math.floor(tokens / 4)),
    usd: Math.min(0.001, usd / 4),
  };
  return { ...(typeof outcome === "string" ? { results: outcome } : outcome), used };
}

function planOf(node: ScriptNode, bad: boolean): Outcome {
  const subtasks: Record<string, PlannedSubtask> = {};
  for (const [id, { own, dependsOn, node: piece }] of node.pieces) {
    subtasks[id] = {
      agent: own ? "self" : piece.agent,
      description: `piece ${id}`,
      instructions: instructionsOf(piece),
      context: `the context of ${piece.id}`,
      depends_on: bad ? [...dependsOn, "nobody"] : [...dependsOn],
    };
  }
  const { onFailure: on_failure, maxAttempts: max_attempts, approval } = node;
  return { subtasks, policy: { on_failure, max_attempts, ...(approval ? { approval: "always" } : {}) } };
}

function checkResults({ script, complain }: Stage, node: ScriptNode, { results = {} }: BrainQuestion): void {
  for (const [id, ending] of script.pieceEndings(node)) {
    const given = results[id];
    if (given?.status !== ending.status)
      complain(`${node.id}: ${id} is ${given?.status} at the synthesis, not ${ending.status}`);
    else if (ending.status === "done" && given.results !== ending.text)
      complain(
        `${node.id}: the results of ${id} are ${show(given.results)} at the synthesis, not ${show(ending.text)}`,
      );
  }
}

/** A call that asks for JSON gets it when it says so the second time. */
function textFor(script: Script, node: ScriptNode, context: string): string {
  if (parentOf(script, node)?.workflow !== true || !answersInJson(node)) return node.text;
  return context.includes("Your answer was:") ? JSON.stringify(node.text) : node.text;
}

function parentOf(script: Script, { id }: ScriptNode): ScriptNode | undefined {
  return script.find(`Work ${id.slice(0, id.lastIndexOf("."))}`);
}

/** A subtask is begun only when it has all that it depends on. */
function checkUpstream({ script, disk, complain }: Stage, node: ScriptNode, { task }: BrainQuestion): void {
  const parent = parentOf(script, node);
  if (parent?.workflow === true) {
    const fault = promptFault(script, parent, node, task.instructions);
    if (fault !== undefined) complain(fault);
    return;
  }
  const own = node.id.slice(node.id.lastIndexOf(".") + 1);
  const piece = parent?.pieces.get(own);
  if (parent === undefined || piece === undefined) return;
  for (const dependency of piece.dependsOn) {
    const { node: other } = parent.pieces.get(dependency) as { node: ScriptNode };
    const ending = script.ending(other);
    const { context, attachments = [] } = task;
    const isGiven = (text: string) =>
      context.includes(text) || fileOf(attachments, `${dependency}.md`, disk) === text;
    if (ending.status !== "done" || !isGiven(ending.text))
      complain(`${node.id} was begun without the results of ${dependency}`);
    if (other.file && other.pieces.size === 0) checkFile(other, attachments, disk, complain);
  }
}

/** What a person says, or what is said when nobody does. */
const ANSWER = "\nAnswer";

type Given = NonNullable<BrainQuestion["task"]["attachments"]>;

function checkFile(node: ScriptNode, attachments: Given, disk: Disk, complain: Stage["complain"]): void {
  const found = fileOf(attachments, fileName(node), disk);
  if (found === undefined) complain(`the file of ${node.id} did not come`);
  else if (found !== fileText(node)) complain(`the file of ${node.id} holds ${show(found)}`);
}

/** What the file of that name holds. `undefined`: none came. */
function fileOf(attachments: Given, name: string, disk: Disk): string | undefined {
  const given = attachments.find((attachment) => attachment.name === name);
  if (given === undefined) return undefined;
  try {
    return Buffer.from(disk.read(given.path)).toString();
  } catch (error) {
    if ((error as Error).name === "ProcessDied") throw error;
    return "nothing";
  }
}

function writeFile(disk: Disk, node: ScriptNode): string {
  const path = `/files/${fileName(node)}`;
  disk.mkdir("/files");
  if (disk.stat(path) !== undefined) disk.unlink(path);
  disk.create(path, fileText(node));
  return path;
}

function fileName(node: ScriptNode): string {
  return `${node.id}.txt`;
}

function fileText(node: ScriptNode): string {
  return `the file of ${node.id}\n`.repeat(3);
}

function show(text: string): string {
  return text.length > 80 ? `${JSON.stringify(text.slice(0, 80))}… (${text.length})` : JSON.stringify(text);
}
