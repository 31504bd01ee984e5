import { chance, pick, type Random, randomFor, upTo } from "./random.ts";
import type { Ending, Piece, ScriptNode } from "./script-node.ts";
import { workflowEnding } from "./workflow.ts";

export interface ScriptShape {
  seed: number;
  agents: readonly string[];
  /** Levels below a root. */
  depth: number;
  /** Pieces of one task at most. */
  width: number;
  /** Whether brains may fail for good. */
  failing: boolean;
}

/** How likely a task of each level is split. */
const SPLITS = [0.95, 0.6, 0.35, 0.3, 0.3];
const NEVER = 99;
/** How many jobs are workflow scripts. */
const WORKFLOWS = 0.2;

/** What every agent does, and what must come out: a pure function of a seed. */
export class Script {
  readonly shape: ScriptShape;
  private readonly roots = new Map<string, ScriptNode>();
  protected readonly nodes = new Map<string, ScriptNode>();
  private readonly endings = new Map<string, Ending>();

  constructor(shape: ScriptShape) {
    this.shape = shape;
  }

  root(job: string, agent: string): ScriptNode {
    const known = this.roots.get(job) ?? this.make(job, agent, [agent], false);
    this.roots.set(job, known);
    return known;
  }

  /** Of instructions that `instructionsOf` made. */
  find(instructions: string): ScriptNode | undefined {
    return this.nodes.get(/^Work (\S+)/.exec(instructions)?.[1] ?? "");
  }

  /** How a task ends that nothing disturbs. `tasks`: how many tasks it takes; unknown where siblings of a failed one are cancelled. */
  ending(node: ScriptNode): Ending {
    const known = this.endings.get(node.id);
    if (known !== undefined) return known;
    const ending =
      node.failures >= 1 && node.id.includes(".") === false && !node.workflow ? FAILED : this.endingOf(node);
    this.endings.set(node.id, ending);
    return ending;
  }

  /** How the pieces of a task end, by subtask id. */
  pieceEndings(node: ScriptNode): Map<string, Ending | { status: "skipped" }> {
    const endings = new Map<string, Ending | { status: "skipped" }>();
    for (const [id, { node: piece, dependsOn }] of node.pieces) {
      const ready = dependsOn.every((dependency) => endings.get(dependency)?.status === "done");
      if (!ready) endings.set(id, { status: "skipped" });
      else endings.set(id, piece.failures >= node.maxAttempts ? FAILED : this.ending(piece));
    }
    return endings;
  }

  private endingOf(node: ScriptNode): Ending {
    if (node.workflow) return workflowEnding(this, node);
    if (node.pieces.size === 0) return { status: "done", text: kept(node.text), tasks: 1 };
    let tasks: number | undefined = 1;
    const endings = this.pieceEndings(node);
    for (const [id, ending] of endings) {
      const piece = node.pieces.get(id) as Piece;
      if (ending.status === "failed" && node.onFailure === "fail-fast") return FAILED;
      const known: number | undefined = ending.status === "done" ? ending.tasks : undefined;
      if (ending.status !== "skipped" && tasks !== undefined)
        tasks = known === undefined ? undefined : tasks + (piece.own ? 0 : known + piece.node.failures);
    }
    return { status: "done", text: kept(synthesis(node, endings)), tasks };
  }

  protected make(id: string, agent: string, path: readonly string[], own: boolean): ScriptNode {
    const { seed, depth, failing } = this.shape;
    const random = randomFor(seed, "node", id);
    const level = id.split(".").length - 1;
    const splits = !own && level < depth && chance(random, SPLITS[level] ?? 0);
    const node: ScriptNode = {
      id,
      agent,
      path,
      pieces: new Map(),
      onFailure: chance(random, 0.6) ? "continue" : "fail-fast",
      maxAttempts: pick(random, [1, 1, 2, 3]),
      failures: failing && chance(random, 0.12) ? pick(random, [1, 1, NEVER]) : 0,
      passing: chance(random, 0.08) ? pick(random, [1, 2]) : 0,
      badPlan: chance(random, 0.1),
      file: chance(random, 0.4),
      asks: chance(randomFor(seed, "asks", id), 0.08),
      approval: chance(randomFor(seed, "approval", id), 0.1),
      workflow: level === 0 && chance(randomFor(seed, "workflow", id), WORKFLOWS),
      text: oddText(random, id),
    };
    if (splits) node.pieces = this.pieces(random, node);
    this.nodes.set(id, node);
    return node;
  }

  private pieces(random: Random, parent: ScriptNode): ReadonlyMap<string, Piece> {
    const pieces = new Map<string, Piece>();
    const reachable = this.shape.agents.filter(
      (agent) => agent !== parent.agent && parent.path.filter((other) => other === agent).length < 2,
    );
    const count = 1 + upTo(random, this.shape.width - 1);
    for (let index = 0; index < count; index++) {
      const own = reachable.length === 0 || chance(random, 0.15);
      const agent = own ? parent.agent : pick(random, reachable);
      const path = own ? parent.path : [...parent.path, agent];
      const dependsOn = [...pieces.keys()].filter(() => chance(random, 0.3));
      const node = this.make(`${parent.id}.s${index}`, agent, path, own);
      pieces.set(`s${index}`, { own, dependsOn, node });
    }
    return pieces;
  }
}

/** As it stands in files. */
function kept(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}

const FAILED: Ending = { status: "failed" };

/** The answer that is made of the pieces: what each became, in order. */
export function synthesis(node: ScriptNode, endings: ReadonlyMap<string, { status: string }>): string {
  const parts = [...endings].map(([id, { status }]) => `${id}=${status}`).sort();
  return `all of ${node.id}: ${parts.join(" ")}\n${node.text}`;
}

const ODD_TEXTS = [
  "plain",
  "---\ntype: reply\nstatus: done\n---\n# Task: not one\n",
  "### s0\n\nnot a section\n\n## Error\n\nNone",
  "<!-- begin results 7f3a -->\nnot a mark\n<!-- end results 7f3a -->",
  "one\r\ntwo\r\n",
  "  spaces before and after  \n\n\n",
  "👩‍👩‍👧 ünïcödé \u2028 \u0085 \ufeff",
  "```\n# Task: in a fence\n## Results\n```\n~~~",
  "tab\there, nul\u0000there, bell\u0007",
  "",
  "None",
  "&anchor *alias !!js/function 'x' {a: b} [c] | >",
];

function oddText(random: Random, id: string): string {
  const odd = pick(random, ODD_TEXTS);
  const long = chance(random, 0.04) ? "0123456789abcde\n".repeat(1100) : "";
  const text = chance(random, 0.5) ? `${id}: ${odd}${long}` : `${odd}${long} (${id})`;
  return chance(random, 0.05) ? odd : text;
}
