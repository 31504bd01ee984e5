import type { TaskMessage } from "../../src/protocol/message.ts";
import type { Script as ScriptFields } from "../../src/protocol/script.ts";
import { scriptHash } from "../../src/protocol/script-hash.ts";
import { chance, pick, randomFor } from "./random.ts";
import type { Script } from "./script.ts";
import { type Ending, instructionsOf, type Piece, type ScriptNode } from "./script-node.ts";

/*
 * Jobs that are workflow scripts: the pieces of a node are calls of a program in place of subtasks of a plan. What each program must return is
 * known from the script of the simulation, as it is of a plan.
 */

const ASK = `
const ask = (piece, known, more = "") => agent(
  [piece.prompt, ...Object.entries(known).map(([id, text]) => "### " + id + "\\n\\n" + text)].join("\\n\\n") + more,
  { label: piece.id, attempts: piece.attempts, ...piece.options });
const { pieces } = args;`;

/** By name, and so that one can call another by it. */
const PROGRAMS = {
  /** All but the last at once; the last is told in which order they came. */
  parallel: `${ASK}
const order = [];
const first = pieces.slice(0, -1);
const got = await parallel(first.map((piece) => async () => {
  try { return await ask(piece, {}) } finally { order.push(piece.id) }
}));
for (const piece of pieces.slice(-1)) got.push(await ask(piece, {}, "\\n\\nLot " + order).catch(() => null));
return Object.fromEntries(pieces.map(({ id }, at) => [id, got[at]]));`,
  /** Two and two: the second of each is given what the first said. */
  pipeline: `${ASK}
const pairs = pieces.flatMap((piece, at) => at % 2 ? [] : [[piece, pieces[at + 1]]]);
const got = await pipeline(pairs,
  async ([first]) => ({ [first.id]: await ask(first, {}) }),
  async (known, [, second]) => second === undefined
    ? known
    : { ...known, [second.id]: await ask(second, known).catch(() => null) });
const all = Object.assign({}, ...got.filter((one) => one !== null));
return Object.fromEntries(pieces.map(({ id }) => [id, all[id] ?? null]));`,
  /** Each when those that it depends on are there, as in a plan. */
  graph: `${ASK}
const asked = {};
for (const piece of pieces) asked[piece.id] = (async () => {
  const known = {};
  for (const id of piece.after) known[id] = await asked[id];
  if (piece.after.some((id) => known[id] === null)) return null;
  try { return await ask(piece, known) } catch { return null }
})();
return Object.fromEntries(await Promise.all(pieces.map(async ({ id }) => [id, await asked[id]])));`,
  /** Two at a time, with chance and the clock in what is said. */
  rounds: `${ASK}
const found = {};
for (let at = 0; at < pieces.length; at += 2) {
  phase("round " + at);
  const two = pieces.slice(at, at + 2);
  const got = await parallel(two.map((piece) => () => ask(piece, {}, "\\n\\nLot " + Math.random() + " at " + Date.now())));
  two.forEach(({ id }, n) => { found[id] = got[n] });
}
return found;`,
};
type Shape = keyof typeof PROGRAMS;
const SHAPES = Object.keys(PROGRAMS) as Shape[];

const NOW = Date.UTC(2026, 10, 20, 12);

/** The TASK of a person that gives such a job, approved already or not. */
export function workflowTask(script: Script, node: ScriptNode, budget: TaskMessage["budget"]) {
  const shape = shapeOf(script, node);
  const isCalled = chance(randomFor(script.shape.seed, "called", node.id), 0.2);
  const program = isCalled ? `return await workflow("${shape}", args);` : PROGRAMS[shape];
  const pieces = [...node.pieces].map(([id, piece]) => ({
    id,
    prompt: instructionsOf(piece.node),
    after: afterOf(script, node, id),
    attempts: node.maxAttempts,
    options: {
      ...(piece.own ? {} : { agent: piece.node.agent }),
      ...(answersInJson(piece.node) ? { schema: { type: "string" } } : {}),
    },
  }));
  const fields: ScriptFields = { args: JSON.stringify({ pieces }), now: NOW, seed: node.id };
  const approved = node.approval ? {} : { approved: scriptHash(program, fields, budget) };
  return { instructions: program, script: { ...fields, ...approved } };
}

/** What a program calls by its name. */
export async function savedWorkflow(_: string, name: string): Promise<string | undefined> {
  return PROGRAMS[name as Shape];
}

function shapeOf(script: Script, node: ScriptNode): Shape {
  return pick(randomFor(script.shape.seed, "shape", node.id), SHAPES);
}

/** Those whose answers a call is given along. */
function afterOf(script: Script, node: ScriptNode, id: string): readonly string[] {
  const shape = shapeOf(script, node);
  if (shape === "graph") return (node.pieces.get(id) as Piece).dependsOn;
  const ids = [...node.pieces.keys()];
  const at = ids.indexOf(id);
  return shape === "pipeline" && at % 2 === 1 ? [ids[at - 1] as string] : [];
}

/** The first answer of these is no JSON, so that they are asked again. */
export function answersInJson(node: ScriptNode): boolean {
  return node.badPlan && node.pieces.size === 0;
}

/** What is wrong with the question that came for a call: it must hold exactly what was said before it. */
export function promptFault(script: Script, parent: ScriptNode, node: ScriptNode, prompt: string) {
  const known = afterOf(script, parent, ownId(node)).map((id) => {
    const ending = script.ending((parent.pieces.get(id) as Piece).node);
    return `### ${id}\n\n${ending.status === "done" ? ending.text : "?"}`;
  });
  const expected = [instructionsOf(node), ...known].join("\n\n");
  if (prompt === expected || prompt.startsWith(`${expected}\n\nLot `)) return undefined;
  return `${node.id} was asked ${JSON.stringify(prompt)}, not ${JSON.stringify(expected)}`;
}

function ownId(node: ScriptNode): string {
  return node.id.slice(node.id.lastIndexOf(".") + 1);
}

/** What the program returns, as its task says it, when nothing disturbs it. */
export function workflowEnding(script: Script, node: ScriptNode): Ending {
  const results: Record<string, string | null> = {};
  let tasks: number | undefined = 1;
  for (const [id, { own, node: piece }] of node.pieces) {
    results[id] = null;
    if (afterOf(script, node, id).some((one) => results[one] === null)) continue;
    const ending: Ending = piece.failures >= node.maxAttempts ? { status: "failed" } : script.ending(piece);
    // What is written as JSON is so for good: no character of it is one that files do not keep.
    if (ending.status === "done") results[id] = answersInJson(piece) ? piece.text : ending.text;
    const used: number | undefined = ending.status === "done" ? ending.tasks : undefined;
    const rounds = answersInJson(piece) ? 2 : 1;
    if (tasks !== undefined)
      tasks = used === undefined ? undefined : tasks + (own ? 0 : rounds * (used + piece.failures));
  }
  return { status: "done", text: JSON.stringify(results, null, 2), tasks };
}
