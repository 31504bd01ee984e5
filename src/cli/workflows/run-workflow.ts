import { ClawflowError } from "../../protocol/errors.ts";
import { isApprovalRemembered } from "../../store/saved-scripts.ts";
import { type Answer, readAnswer } from "../../view/answer.ts";
import { openRoot } from "../../view/root-view.ts";
import { scriptWork } from "../../workflow/script-work.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { WorkflowOptions } from "../commands/workflow.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { chosenAgent, findPlace, type Place, workspaceOf } from "../place.ts";
import { runJob } from "../run-job.ts";
import { timeoutOf, workOf } from "../work-options.ts";
import { printWorkflow } from "./print-workflow.ts";
import { readProgram } from "./read-program.ts";
import { scriptRuns } from "./script-runs.ts";

const MOST_AT_ONCE = 16;

/** Checks the script, gives it to the agent as a task, hosts the team unless somebody does, waits, and prints what it returned. */
export async function runWorkflow(io: Io, what: string, options: WorkflowOptions): Promise<ExitCode> {
  const begun = performance.now();
  const patience = timeoutOf(options.timeout);
  const place = findPlace(io, options, { team: true });
  refuseToBrains(io, place, "workflow run");
  const agent = chosenAgent(place, options.agent);
  const { program, saved } = await readProgram(io, place, what, options.agent);
  const { budget } = workOf(program, options);
  const args = options.args === undefined ? undefined : jsonText(options.args);
  const isRemembered =
    saved !== undefined && isApprovalRemembered(place.disk, workspaceOf(place, agent), saved, program);
  const work = scriptWork({
    program,
    args,
    budget,
    name: saved,
    title: options.title,
    concurrency: options.concurrency === undefined ? undefined : atOnce(options.concurrency),
    isApproved: options.yes === true || isRemembered,
  });
  const print = (answer: Answer) =>
    printWorkflow(io, place, answer, { json: options.json === true, duration: performance.now() - begun });
  const finished = options.again === true ? undefined : finishedRun(place, agent, program, args);
  if (finished !== undefined) {
    io.err("It ran before with the same arguments; --again runs it anew.\n");
    return print(finished);
  }
  const job = { agent, work };
  return print(await runJob(io, place, job, { ...options, ...(patience === undefined ? {} : { patience }) }));
}

function jsonText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new ClawflowError("E_USAGE", "the arguments are not JSON", {
      at: "--args",
      expected: `for example --args '{"folder": "src"}'`,
      found: text.slice(0, 200),
      cause,
    });
  }
}

function atOnce(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MOST_AT_ONCE) return value;
  throw new ClawflowError("E_USAGE", "not a number of calls", {
    at: "--concurrency",
    expected: `1 to ${MOST_AT_ONCE}`,
    found: JSON.stringify(text),
  });
}

/** The last run of the same program with the same arguments that is done. */
function finishedRun(
  place: Place,
  agent: string,
  program: string,
  args: string | undefined,
): Answer | undefined {
  const view = openRoot(place.disk, place.agents);
  for (const { task_id, status, script } of scriptRuns(view, agent)) {
    if (status !== "done" || script?.args !== args) continue;
    const task = view.task(agent, task_id);
    if (task?.text.instructions.trim() === program.trim()) return readAnswer(view, agent, task);
  }
  return undefined;
}
