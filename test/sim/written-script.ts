import { Script } from "./script.ts";
import type { ScriptNode } from "./script-node.ts";

/** A task as a test writes it down; what is left out is as plain as can be. */
export interface Written
  extends Partial<
    Pick<ScriptNode, "text" | "file" | "failures" | "maxAttempts" | "onFailure" | "approval" | "workflow">
  > {
  agent: string;
  /** By subtask id; `after`: what it depends on. */
  pieces?: Readonly<Record<string, Written & { after?: readonly string[] }>>;
}

/** What agents do where a test says it, in place of a seed. */
export class WrittenScript extends Script {
  private readonly jobs: Readonly<Record<string, Written>>;

  /** @param jobs by job id */
  constructor(jobs: Readonly<Record<string, Written>>) {
    super({ seed: 1, agents: [], depth: 0, width: 0, failing: false });
    this.jobs = jobs;
  }

  protected override make(job: string, _agent: string, path: readonly string[]): ScriptNode {
    return this.write(job, this.jobs[job] as Written, path);
  }

  private write(id: string, { pieces = {}, ...written }: Written, path: readonly string[]): ScriptNode {
    const below = Object.entries(pieces).map(([name, { after = [], ...piece }]) => {
      const node = this.write(`${id}.${name}`, piece, [...path, piece.agent]);
      return [name, { own: false, dependsOn: after, node }] as const;
    });
    const node: ScriptNode = {
      id,
      path,
      pieces: new Map(below),
      onFailure: "continue",
      maxAttempts: 1,
      failures: 0,
      passing: 0,
      badPlan: false,
      file: false,
      asks: false,
      approval: false,
      workflow: false,
      text: `the text of ${id}`,
      ...written,
    };
    this.nodes.set(id, node);
    return node;
  }
}
