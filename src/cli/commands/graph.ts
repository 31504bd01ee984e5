import { ClawflowError } from "../../protocol/errors.ts";
import { findOneTask } from "../../view/find-task.ts";
import { openRoot } from "../../view/root-view.ts";
import { taskGraph } from "../../view/task-graph.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { graphShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace } from "../place.ts";
import { printJson } from "../print-json.ts";
import { dotText, mermaidText } from "../render/graph.ts";

export interface GraphOptions extends CommonOptions {
  format: string;
}

/** The plan of a task as a graph: for Mermaid, for Graphviz, or as JSON. */
export async function graphCommand(io: Io, id: string, options: GraphOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const { task } = findOneTask(openRoot(place.disk, place.agents), id, options.agent);
  const graph = taskGraph(task);
  const format = options.json === true ? "json" : options.format;
  if (format === "json") printJson(io, graphShape, graph);
  else if (format === "dot") io.out(dotText(graph));
  else if (format === "mermaid") io.out(mermaidText(graph));
  else {
    throw new ClawflowError("E_USAGE", "not a format", {
      at: "--format",
      expected: "mermaid, dot or json",
      found: JSON.stringify(format),
    });
  }
  return EXIT.done;
}
