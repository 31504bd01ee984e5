import { ClawflowError } from "../../protocol/errors.ts";
import { nearest } from "../../protocol/nearest.ts";
import { SCRIPT_NAME } from "../../store/saved-scripts.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import type { CommonOptions } from "../place.ts";
import { resumeWorkflow } from "../workflows/resume-workflow.ts";
import { runWorkflow } from "../workflows/run-workflow.ts";
import { listSaved, saveWorkflow } from "../workflows/save-workflow.ts";
import { listRuns, showWorkflow } from "../workflows/show-workflow.ts";
import { statusOfWorkflow } from "../workflows/status-workflow.ts";
import { validateWorkflow } from "../workflows/validate-workflow.ts";
import { controlCommand } from "./control.ts";

export interface WorkflowOptions extends CommonOptions {
  args?: string;
  yes?: boolean;
  approve?: boolean;
  again?: boolean;
  tasks?: string;
  tokens?: string;
  usd?: string;
  concurrency?: string;
  title?: string;
  name?: string;
  script?: string;
  timeout?: string;
}

type Action = (io: Io, what: string, options: WorkflowOptions) => Promise<ExitCode>;

/** What can be done with scripts; those of `needs` want to be told of which. */
const ACTIONS: Readonly<Record<string, { do: Action; needs?: string }>> = {
  run: { do: runWorkflow, needs: "a file, - for standard input, or the name of a saved script" },
  validate: { do: validateWorkflow, needs: "a file, or - for standard input" },
  list: { do: listRuns },
  status: { do: statusOfWorkflow },
  show: { do: showWorkflow, needs: "a run, or the name of a saved script" },
  resume: { do: resumeWorkflow, needs: "a run" },
  cancel: {
    do: (io, run, options) => controlCommand(io, "cancel", run, undefined, options),
    needs: "a run, or RUN/CALL",
  },
  save: { do: saveWorkflow, needs: "a file, or - for standard input" },
  saved: { do: listSaved },
};

/** `clawflow workflow <action> [what]`. @throws E_USAGE for an action that there is not, or that lacks what it is about */
export async function workflowCommand(
  io: Io,
  name: string,
  what: string | undefined,
  options: WorkflowOptions,
): Promise<ExitCode> {
  const action = ACTIONS[name];
  if (action === undefined) throw noAction(name);
  if (action.needs !== undefined && what === undefined) {
    throw new ClawflowError("E_USAGE", `workflow ${name} of what?`, { expected: action.needs });
  }
  return await action.do(io, what ?? "", options);
}

function noAction(name: string): ClawflowError {
  const names = Object.keys(ACTIONS);
  const meant = nearest(name, names);
  const looksLikeScript = name.endsWith(".js") || (meant === undefined && SCRIPT_NAME.test(name));
  return new ClawflowError("E_USAGE", "there is no such action", {
    expected: names.join(", "),
    found: JSON.stringify(name),
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
    ...(meant === undefined && looksLikeScript ? { hint: `To run it: clawflow workflow run ${name}` } : {}),
  });
}
