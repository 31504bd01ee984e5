import type { ScriptRun as HostedRun, ScriptRunner } from "../host/scripts.ts";
import { usedAmounts } from "../loop/budget.ts";
import { reachablePeers } from "../loop/peers.ts";
import { runScript, type ScriptRun } from "../script/run-script.ts";
import type { StartSandbox } from "../script/sandbox-types.ts";
import type { JsonValue } from "../script/types.ts";
import { recordedCalls } from "./recorded-calls.ts";
import { answerOf } from "./script-answer.ts";
import { scriptCalls } from "./script-calls.ts";

export interface ScriptRunnerOptions {
  startSandbox?: StartSandbox;
  /** The text of a script that another one calls by its name. */
  loadWorkflow?(agent: string, name: string): Promise<string | undefined>;
}

/** Runs the programs of a host in a sandbox: each call of an agent is a subtask, and those that stand in the task are its record. */
export function scriptRunner(options: ScriptRunnerOptions = {}): ScriptRunner {
  return {
    run: async (hosted) => {
      const outcome = await runScript(scriptRunOf(hosted, options));
      hosted.signal.throwIfAborted();
      return answerOf(outcome);
    },
  };
}

function scriptRunOf(hosted: HostedRun, { startSandbox, loadWorkflow }: ScriptRunnerOptions): ScriptRun {
  const { task, self, signal, say } = hosted;
  const { script, text, budget } = task;
  const { args, now = 0, seed = "", compute, memory, concurrency, agents } = script ?? {};
  const reachable = agents ?? reachablePeers(self, task).map((peer) => peer.id);
  const { call, noteUnfit } = scriptCalls(hosted);
  return {
    program: text.instructions,
    seed,
    now,
    agents: reachable,
    recorded: { calls: recordedCalls(task), failed: "keep", sameProgram: true },
    call,
    signal,
    limits: {
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(compute === undefined ? {} : { computeMs: compute }),
      ...(memory === undefined ? {} : { memoryBytes: memory }),
    },
    onLog: ({ text: line, phase }) => say(phase === undefined ? line : `${phase}: ${line}`),
    onUnfit: noteUnfit,
    onPhase: ({ name }) => say(`phase ${name}`),
    ...(args === undefined ? {} : { args: JSON.parse(args) as JsonValue }),
    ...(budget === undefined ? {} : { budget: { total: budget, spent: ownUse(task) } }),
    ...(startSandbox === undefined ? {} : { startSandbox }),
    ...(loadWorkflow === undefined ? {} : { loadWorkflow: (name) => loadWorkflow(self.id, name) }),
  };
}

/** What was used beside the calls that the record holds. */
function ownUse(task: HostedRun["task"]): ReturnType<typeof usedAmounts> {
  return usedAmounts(task, new Map([...task.subtasks].filter(([, { call }]) => call === undefined)));
}
