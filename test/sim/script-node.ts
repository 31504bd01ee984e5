/** What is done at one place of a job: the same whenever and however often it is asked. */
export interface ScriptNode {
  /** `j1`, its second piece `j1.s1`, … */
  id: string;
  agent: string;
  /** Agents from the root to here. */
  path: readonly string[];
  /** Empty: done at once. */
  pieces: ReadonlyMap<string, Piece>;
  onFailure: "fail-fast" | "continue";
  maxAttempts: number;
  /** So many attempts fail before one does not. */
  failures: number;
  /** So many calls meet a passing error first. */
  passing: number;
  /** The first plan is refused. */
  badPlan: boolean;
  /** Gives a file along with its results. */
  file: boolean;
  /** Asks a person first. */
  asks: boolean;
  /** Its plan, or its program, waits for an approval. */
  approval: boolean;
  /** Of a job: a workflow script, whose calls the pieces are. */
  workflow: boolean;
  text: string;
}

export interface Piece {
  /** `self`: of the one who split it. */
  own: boolean;
  dependsOn: readonly string[];
  node: ScriptNode;
}

export type Ending = { status: "done"; text: string; tasks: number | undefined } | { status: "failed" };

export function instructionsOf(node: ScriptNode): string {
  return `Work ${node.id}\n\nThen say so.`;
}
