import { ClawflowError } from "../../protocol/errors.ts";
import type { ScriptCall } from "../../protocol/script.ts";
import type { Subtask, Task } from "../../protocol/task.ts";
import { findOneTask } from "../../view/find-task.ts";
import { openRoot, type RootView } from "../../view/root-view.ts";
import type { WorkflowOptions } from "../commands/workflow.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { runStatusShape } from "../json-shapes.ts";
import { findPlace, type Place } from "../place.ts";
import { printJson } from "../print-json.ts";
import { plainLine } from "../render/plain.ts";
import { scriptRuns } from "./script-runs.ts";

const ERROR_WIDTH = 160;

/** How a run, else the latest, stands: each call that its program made, in the order in which they were made, with its state. */
export async function statusOfWorkflow(io: Io, run: string, options: WorkflowOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const view = openRoot(place.disk, place.agents);
  const { agent, task } = findOneTask(view, run === "" ? latestRun(view, place) : run, options.agent);
  const standing = standingOf(agent, task);
  if (options.json === true) {
    printJson(io, runStatusShape, standing);
    return EXIT.done;
  }
  const { calls, task_id, status, title } = standing;
  const done = calls.filter((call) => call.status === "done" && call.unfit === undefined).length;
  io.out(`${[plainLine(agent), task_id, status, `${done}/${calls.length}`, plainLine(title)].join("  ")}\n`);
  if (standing.waits_for_approval_of !== undefined)
    io.out(`waits for approval: clawflow workflow show ${task_id}, then clawflow approve ${task_id}\n`);
  if (standing.error !== undefined) io.out(`${plainLine(standing.error)}\n`);
  let phase: string | undefined;
  for (const call of calls) {
    if (call.phase !== phase && call.phase !== undefined) io.out(`  ${plainLine(call.phase)}\n`);
    phase = call.phase;
    io.out(`${callLine(call)}\n`);
  }
  return EXIT.done;
}

/** @throws E_NOT_FOUND where nothing was run */
function latestRun(view: RootView, place: Place): string {
  const runs = [...place.agents.keys()].flatMap((agent) => [...scriptRuns(view, agent)]);
  const [latest] = runs.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  if (latest !== undefined) return latest.task_id;
  throw new ClawflowError("E_NOT_FOUND", "no script was run", {
    hint: "To run one: clawflow workflow run FILE",
  });
}

type Call = ReturnType<typeof callOf>;

function standingOf(agent: string, { task_id, title, status, error, script, subtasks, waiting }: Task) {
  if (script === undefined) throw new ClawflowError("E_STATE", "that task is no script", { at: task_id });
  const calls = [...subtasks].flatMap(([id, subtask]) =>
    subtask.call === undefined
      ? []
      : [{ made: subtask.call.began ?? 0, call: callOf(id, subtask, subtask.call) }],
  );
  return {
    agent,
    task_id,
    ...(script.name === undefined ? {} : { name: script.name }),
    title,
    status,
    ...(error === undefined ? {} : { error }),
    ...(waiting?.plan === undefined ? {} : { waits_for_approval_of: waiting.plan }),
    calls: calls.sort((a, b) => a.made - b.made).map(({ call }) => call),
  };
}

function callOf(
  id: string,
  { agent, status, attempt, error }: Subtask,
  { path, round, label, phase, unfit }: ScriptCall,
) {
  return {
    call: id,
    path,
    ...(round === undefined ? {} : { round }),
    agent,
    ...(label === undefined ? {} : { label }),
    ...(phase === undefined ? {} : { phase }),
    status,
    attempt,
    ...(error === undefined ? {} : { error }),
    ...(unfit === undefined ? {} : { unfit }),
  };
}

function callLine({ call, path, round, agent, status, attempt, error, unfit }: Call): string {
  const times = [round === undefined ? "" : `round ${round}`, attempt > 1 ? `attempt ${attempt}` : ""];
  const words = [
    (unfit === undefined ? status : "unfit").padEnd(10),
    call,
    agent,
    path,
    ...times,
    plainLine(unfit ?? error ?? "", ERROR_WIDTH),
  ];
  return `    ${words.filter((word) => word !== "").join("  ")}`;
}
