import { ClawflowError } from "../../protocol/errors.ts";
import type { TaskHead } from "../../protocol/task-head.ts";
import { readSavedScript, SCRIPT_NAME } from "../../store/saved-scripts.ts";
import { findOneTask } from "../../view/find-task.ts";
import { openRoot } from "../../view/root-view.ts";
import type { WorkflowOptions } from "../commands/workflow.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { runsShape, scriptShape } from "../json-shapes.ts";
import { chosenAgent, findPlace, type Place, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { plain, plainLine } from "../render/plain.ts";
import { scriptRuns } from "./script-runs.ts";

/** The whole program of a run or of a saved script, with what a person approves beside it. */
export async function showWorkflow(io: Io, what: string, options: WorkflowOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const shown = savedScript(place, what, options.agent) ?? scriptOfRun(place, what, options.agent);
  if (options.json === true) printJson(io, scriptShape, shown);
  else {
    const { program, ...rest } = shown;
    for (const [key, value] of Object.entries(rest)) io.err(`${key}: ${plainLine(shownValue(value))}\n`);
    const text = io.terminal.out ? plain(program) : program;
    io.out(text.endsWith("\n") ? text : `${text}\n`);
  }
  return EXIT.done;
}

function shownValue(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function savedScript(place: Place, name: string, agent: string | undefined) {
  const owner = chosenAgent(place, agent);
  const program = SCRIPT_NAME.test(name)
    ? readSavedScript(place.disk, workspaceOf(place, owner), name)
    : undefined;
  return program === undefined ? undefined : { agent: owner, name, program };
}

function scriptOfRun(place: Place, id: string, only: string | undefined) {
  const { agent, task } = findOneTask(openRoot(place.disk, place.agents), id, only);
  const { script, task_id, text, budget, waiting } = task;
  if (script === undefined) throw new ClawflowError("E_STATE", "that task is no script", { at: task_id });
  const { name, args, agents, concurrency, approved } = script;
  return {
    agent,
    task_id,
    program: text.instructions,
    ...(name === undefined ? {} : { name }),
    ...(args === undefined ? {} : { args }),
    ...(agents === undefined ? {} : { agents }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(budget === undefined ? {} : { budget }),
    ...(approved === undefined ? {} : { approved }),
    ...(waiting?.plan === undefined ? {} : { waits_for_approval_of: waiting.plan }),
  };
}

/** The runs that there are, the latest first. */
export async function listRuns(io: Io, _: string, options: WorkflowOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const agents = options.agent === undefined ? [...place.agents.keys()] : [chosenAgent(place, options.agent)];
  const view = openRoot(place.disk, place.agents);
  const runs = agents
    .flatMap((agent) => [...scriptRuns(view, agent)].map((run) => runOf(agent, run)))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  if (options.json === true) printJson(io, runsShape, { runs });
  else if (runs.length === 0) io.err("No script was run. To run one: clawflow workflow run FILE\n");
  else
    for (const { agent, task_id, status, title, calls } of runs)
      io.out(
        `${[plainLine(agent), task_id, status, `${calls.done}/${calls.all}`, plainLine(title)].join("  ")}\n`,
      );
  return EXIT.done;
}

function runOf(agent: string, { task_id, title, status, created_at, script, subtasks }: TaskHead) {
  const calls = [...subtasks.values()].filter(({ call }) => call !== undefined);
  const done = calls.filter(({ status: at, call }) => at === "done" && call?.unfit === undefined).length;
  const name = script?.name === undefined ? {} : { name: script.name };
  return { agent, task_id, title, status, created_at, ...name, calls: { all: calls.length, done } };
}
