import type { Amounts } from "../protocol/amounts.ts";
import { isPlainObject } from "../protocol/plain-value.ts";
import { checkScript } from "../script/check-script.ts";
import { isApprovalRemembered, readSavedScript } from "../store/saved-scripts.ts";
import type { RunningTeam } from "./running-team.ts";
import { isShownWhole, type Mask, openClawMask } from "./shown-in-prompt.ts";
import type { ToolCallEvent, ToolGate } from "./types.ts";

export const WORKFLOW_TOOL = "clawflow_workflow";

const PATIENCE_MS = 600_000;
/** Approvals that no call has taken. */
const MOST = 100;

export interface ScriptToRun {
  program: string;
  args?: unknown;
  budget?: Amounts | undefined;
}

/** What a person said yes to in OpenClaw's own prompt, by the call of the tool that it was asked for. */
export class ScriptApprovals {
  readonly #given = new Map<string, string>();

  note(call: string, script: ScriptToRun): void {
    const [oldest] = this.#given.keys();
    if (oldest !== undefined && this.#given.size >= MOST) this.#given.delete(oldest);
    this.#given.set(call, keyOf(script));
  }

  /** Whether exactly that was approved for this call. It holds once. */
  take(call: string, script: ScriptToRun): boolean {
    const isGiven = this.#given.get(call) === keyOf(script);
    this.#given.delete(call);
    return isGiven;
  }
}

/**
 * Before an agent in a chat runs a script: OpenClaw asks a person, who sees the whole of it. One that would not be shown whole, being too long or with
 * something in it that OpenClaw takes for a secret, is not asked for here, since what is not seen nobody can have approved: it waits for the
 * approval of Clawflow, as all do where the configuration does not want OpenClaw's prompt.
 *
 * @param maskOf where OpenClaw has none to tell, nothing is known to be shown whole
 */
export async function askBeforeScript(
  { toolName, params, toolCallId }: ToolCallEvent,
  agent: string | undefined,
  team: RunningTeam | undefined,
  maskOf: () => Promise<Mask> = openClawMask,
): Promise<ToolGate | undefined> {
  const approvals = team?.scriptApprovals;
  if (
    approvals === undefined ||
    agent === undefined ||
    toolName !== WORKFLOW_TOOL ||
    toolCallId === undefined
  )
    return undefined;
  const script = scriptOf(params, agent, team as RunningTeam);
  if (script === undefined) return undefined;
  const description = shownScript(script, agent);
  const mask = await maskOf().catch(() => undefined);
  if (mask === undefined || !isShownWhole(description, mask)) return undefined;
  return {
    requireApproval: {
      title: "Run this workflow script?",
      description,
      severity: "warning",
      allowedDecisions: ["allow-once", "deny"],
      timeoutMs: PATIENCE_MS,
      onResolution: (decision) => {
        if (decision === "allow-once") approvals.note(toolCallId, script);
      },
    },
  };
}

/** What the call would run; nothing where it runs none, none that can be run, or one that needs no approval any more. */
function scriptOf(
  { action, script, name, args, budget }: Record<string, unknown>,
  agent: string,
  { disk, agents }: RunningTeam,
): ScriptToRun | undefined {
  const workspace = agents.get(agent);
  if (workspace === undefined) return undefined;
  let program = action === "run" ? script : undefined;
  try {
    if (action === "run-saved" && typeof name === "string") {
      const saved = readSavedScript(disk, workspace, name);
      if (saved === undefined || isApprovalRemembered(disk, workspace, name, saved)) return undefined;
      program = saved;
    }
    if (typeof program !== "string") return undefined;
    checkScript(program);
  } catch {
    // The tool itself says what is wrong.
    return undefined;
  }
  return {
    program,
    ...(args === undefined ? {} : { args }),
    ...(isPlainObject(budget) ? { budget: budget as Amounts } : {}),
  };
}

function shownScript({ program, args, budget }: ScriptToRun, agent: string): string {
  const lines = [
    `It may ask whom ${agent} may give work to.`,
    budget === undefined ? "No budget." : `Budget: ${JSON.stringify(budget)}`,
    ...(args === undefined ? [] : [`args: ${JSON.stringify(args)}`]),
    program,
  ];
  return lines.join("\n");
}

function keyOf({ program, args, budget }: ScriptToRun): string {
  const limits = Object.entries(budget ?? {}).filter(([, amount]) => amount !== undefined);
  return JSON.stringify([program, args ?? null, limits.sort()]);
}
