import { ClawflowError } from "../../protocol/errors.ts";
import { adoptWorkspace } from "../../store/adopt-workspace.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { adoptedShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace } from "../place.ts";
import { printJson } from "../print-json.ts";
import { plainLine } from "../render/plain.ts";

export interface DoctorOptions extends CommonOptions {
  moved?: boolean;
  copied?: boolean;
}

/** Says what a workspace is that its host refused as moved or copied (E_MOVED). */
export async function doctorCommand(io: Io, agent: string, options: DoctorOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  refuseToBrains(io, place, "doctor");
  if (options.moved === options.copied) {
    throw new ClawflowError("E_USAGE", "say which it is", {
      expected: "--moved (the original is gone) or --copied (it is still in use)",
    });
  }
  const directory = place.agents.get(agent);
  if (directory === undefined) {
    throw new ClawflowError("E_UNKNOWN_AGENT", `there is no agent ${agent}`, {
      expected: [...place.agents.keys()].join(", "),
    });
  }
  const as = options.moved === true ? "moved" : "copied";
  await adoptWorkspace(place.disk, directory, as);
  if (options.json === true) printJson(io, adoptedShape, { agent, workspace: directory, as });
  else io.err(`${plainLine(agent)}: taken as ${as}; its host can open it now.\n`);
  return EXIT.done;
}
