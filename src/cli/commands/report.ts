import { readReport } from "../../view/report/report.ts";
import { openRoot } from "../../view/root-view.ts";
import { againWith } from "../command-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { findPart } from "../find-part.ts";
import type { Io } from "../io.ts";
import { reportShape } from "../json-shapes.ts";
import { parseTarget } from "../person-message.ts";
import { type CommonOptions, findPlace } from "../place.ts";
import { printJson } from "../print-json.ts";
import { reportText } from "../render/report.ts";

/** All that is known of a job, or of a part of it, as Markdown: what was asked, who did and decided what, the cost, the answer with its evidence. */
export async function reportCommand(io: Io, id: string, options: CommonOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const view = openRoot(place.disk, place.agents);
  const { agent, task } = findPart(view, parseTarget(id), options.agent);
  const now = Date.now();
  const report = readReport(view, agent, task, now);
  if (options.json === true) printJson(io, reportShape, report);
  else {
    const command = ([, ...words]: readonly string[]) => againWith(io, words, options);
    io.out(reportText(report, { cwd: io.cwd, now, command }));
  }
  return EXIT.done;
}
