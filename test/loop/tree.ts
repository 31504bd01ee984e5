import fc from "fast-check";
import type { Ask } from "../../src/loop/types.ts";
import { sha256 } from "../../src/protocol/ids.ts";
import type { PlannedSubtask } from "../../src/protocol/outcome.ts";
import type { Brain } from "./network.ts";
import type { StationOptions } from "./station.ts";

/** A job as a script: what each brain on its way will do. Who does a node of level n is one of the agents of level n, or `self`. */
export interface Script {
  does: "work" | "fail" | "split";
  /** The first attempts fail, and so many passing errors come before each answer. */
  failures: number;
  passing: number;
  ms: number;
  agent: "a" | "b" | "self";
  /** A refused plan before the right one. */
  clumsy: boolean;
  children: { script: Script; depends_on: number[] }[];
  on_failure: "fail-fast" | "continue";
  concurrency: number;
}

export interface TreeOptions {
  depth?: number;
  /** Nothing fails for good, so that results do not depend on what was cancelled in time. */
  reliable?: boolean;
  self?: boolean;
}

const MAX_ATTEMPTS = 3;

export function tree({ depth = 4, reliable = false, self = true }: TreeOptions = {}): fc.Arbitrary<Script> {
  return node(depth, { reliable, self });
}

function node(depth: number, options: Required<Omit<TreeOptions, "depth">>): fc.Arbitrary<Script> {
  const leaf = fc.record({
    does: options.reliable
      ? fc.constant("work" as const)
      : fc.constantFrom("work" as const, "work", "work", "fail"),
    failures: fc.constantFrom(0, 0, 0, 1, 2),
    passing: fc.constantFrom(0, 0, 0, 1, 2),
    ms: fc.constantFrom(0, 0, 10, 1_000, 120_000),
    agent: options.self ? fc.constantFrom("a" as const, "b", "self") : fc.constantFrom("a" as const, "b"),
    clumsy: fc.boolean(),
    children: fc.constant<Script["children"]>([]),
    on_failure: options.reliable
      ? fc.constant("continue" as const)
      : fc.constantFrom("continue" as const, "fail-fast"),
    concurrency: fc.integer({ min: 1, max: 3 }),
  });
  if (depth === 0) return leaf;
  const child = fc.record({
    script: fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 1, arbitrary: node(depth - 1, options) }),
    depends_on: fc.array(fc.nat(4), { maxLength: 3 }),
  });
  return fc.tuple(leaf, fc.array(child, { minLength: 1, maxLength: 4 })).map(([own, children]) => ({
    ...own,
    does: "split" as const,
    children: children.map(({ script, depends_on }, index) => ({
      script,
      depends_on: [...new Set(depends_on)].filter((dependency) => dependency < index),
    })),
  }));
}

/** Agents `a0 … a5` and `b0 … b5`: those of a level may give work to those of the next. */
export function stations(
  policy: StationOptions["policy"] = { max_attempts: MAX_ATTEMPTS },
): StationOptions[] {
  const levels = [0, 1, 2, 3, 4, 5];
  return levels.flatMap((level) =>
    ["a", "b"].map((name) => ({
      id: `${name}${level}`,
      peers: [`a${level + 1}`, `b${level + 1}`],
      policy: policy ?? {},
      limits: { timeout: "99h" },
    })),
  );
}

/** Brains that follow the script: the instructions name the node, as `0.2.1`. What they answer is the same for the same question. */
export function brainOf(root: Script): Brain {
  return ({ question, subtask = "" }) => {
    const script = find(root, question.task.instructions);
    const { ms } = script;
    const { attempt } = question.task;
    if (question.kind === "synthesise") return { ms, outcome: { results: together(question) } };
    if (question.problem === undefined && question.asked <= script.passing)
      return { ms, outcome: { error: "E_BRAIN: busy", passing: true } };
    // A subtask of one's own that was split is asked again when its pieces are done.
    if (script.does === "split" && !question.task.context.includes(`Results of ${subtask}-n0 (`))
      return { ms, outcome: split(question, script) };
    if (script.does === "fail")
      return { ms, outcome: { error: "E_BRAIN: it cannot be done", partial: "half" } };
    // A root is never tried again.
    if (script.does === "work" && attempt <= script.failures && question.task.instructions !== "0")
      return { ms, outcome: { error: `E_BRAIN: attempt ${attempt} failed` } };
    return {
      ms,
      outcome: { results: `${question.task.instructions}(${sha256(question.task.context).slice(0, 8)})` },
    };
  };
}

function split({ task, problem }: Ask["question"], script: Script) {
  if (script.clumsy && problem === undefined)
    return { subtasks: { x: { agent: "nobody", description: "", depends_on: [] } } };
  const level = task.depth;
  const subtasks: Record<string, PlannedSubtask> = {};
  script.children.forEach(({ script: child, depends_on }, index) => {
    subtasks[`n${index}`] = {
      agent: child.agent === "self" ? "self" : `${child.agent}${level + 1}`,
      description: `node ${index}`,
      instructions: `${task.instructions}.${index}`,
      depends_on: depends_on.map((dependency) => `n${dependency}`),
    };
  });
  return { subtasks, policy: { on_failure: script.on_failure, concurrency: script.concurrency } };
}

function together({ results = {} }: Ask["question"]): string {
  const parts = Object.entries(results).map(([id, { status, results: text }]) => `${id} ${status}: ${text}`);
  return parts.sort().join("\n");
}

function find(root: Script, path: string): Script {
  let script = root;
  for (const index of path.split(".").slice(1)) {
    const child = script.children[Number(index)];
    if (child === undefined) throw new Error(`no node ${path}`);
    script = child.script;
  }
  return script;
}
