import { ClawflowError } from "../../protocol/errors.ts";
import { findOneTask, latestJob } from "../../view/find-task.ts";
import { taskTree } from "../../view/task-tree.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { treeShape } from "../json-shapes.ts";
import { findPlace, type ReaderOptions } from "../place.ts";
import { printJson } from "../print-json.ts";
import { paintWith } from "../render/paint.ts";
import { treeForAgent, treeLines } from "../render/tree.ts";
import { viewPlace } from "../view-place.ts";

/** The whole tree of a job, or of a part of it, through all agents. */
export async function treeCommand(io: Io, id: string | undefined, options: ReaderOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const view = viewPlace(place);
  const found = id === undefined ? latestJob(view, options.agent) : findOneTask(view, id, options.agent);
  if (found === undefined) {
    throw new ClawflowError("E_NOT_FOUND", "there are no tasks yet", {
      at: place.root,
      hint: 'Give some work: clawflow run "…"',
    });
  }
  const tree = taskTree(view, found.agent, found.task);
  if (options.json === true) printJson(io, treeShape, tree);
  else if (options.forAgent === true) io.out(`${treeForAgent(tree, Date.now()).join("\n")}\n`);
  else {
    const width = io.terminal.out ? io.size().columns : Number.POSITIVE_INFINITY;
    const look = { paint: paintWith(io.colour.out), width, now: Date.now() };
    io.out(`${treeLines(tree, look).join("\n")}\n`);
  }
  return EXIT.done;
}
