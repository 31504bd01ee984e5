import { ClawflowError } from "../../protocol/errors.ts";
import { childTask } from "../../view/child-task.ts";
import { type Found, findOneTask } from "../../view/find-task.ts";
import { readReport } from "../../view/report/report.ts";
import { openRoot, type RootView } from "../../view/root-view.ts";
import { againWith } from "../command-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { reportShape } from "../json-shapes.ts";
import { parseTarget, type Target } from "../person-message.ts";
import { type CommonOptions, findPlace } from "../place.ts";
import { printJson } from "../print-json.ts";
import { reportText } from "../render/report.ts";

/** All that is known of a job, or of a part of it, as Markdown: what was asked, who did and decided what, the cost, the answer with its evidence. */
export async function reportCommand(io: Io, id: string, options: CommonOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const view = openRoot(place.disk, place.agents);
  const { agent, task } = findReported(view, parseTarget(id), options.agent);
  const now = Date.now();
  const report = readReport(view, agent, task, now);
  if (options.json === true) printJson(io, reportShape, report);
  else {
    const command = ([, ...words]: readonly string[]) => againWith(io, words, options);
    io.out(reportText(report, { cwd: io.cwd, now, command }));
  }
  return EXIT.done;
}

/** Of `TASK/SUBTASK` the task at the agent that it was given to. @throws E_NOT_FOUND */
function findReported(view: RootView, { task_id, subtask_id: id }: Target, agent: string | undefined): Found {
  const found = findOneTask(view, task_id, agent);
  if (id === undefined) return found;
  const subtask = found.task.subtasks.get(id);
  if (subtask === undefined) {
    throw new ClawflowError("E_NOT_FOUND", `${found.task.task_id} has no subtask ${id}`, {
      expected: [...found.task.subtasks.keys()].slice(0, 20).join(", ") || "a task with subtasks",
    });
  }
  const task = childTask(view, found.agent, found.task.task_id, id, subtask);
  if (task !== undefined) return { agent: subtask.agent, task };
  throw new ClawflowError("E_NOT_FOUND", `${found.task.task_id}/${id} is no task of any agent here`, {
    hint: `\`clawflow show ${found.task.task_id}/${id}\` has what is known of it.`,
  });
}
