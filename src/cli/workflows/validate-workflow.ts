import { checkScript } from "../../script/check-script.ts";
import type { WorkflowOptions } from "../commands/workflow.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { validatedShape } from "../json-shapes.ts";
import { printJson } from "../print-json.ts";
import { readInput } from "../read-input.ts";
import { plainLine } from "../render/plain.ts";

/** Reads a script without running it. @throws E_SCRIPT with line and column */
export async function validateWorkflow(io: Io, what: string, options: WorkflowOptions): Promise<ExitCode> {
  const program = await readInput(io, what);
  const { hash, meta } = checkScript(program);
  if (options.json === true)
    printJson(io, validatedShape, { hash, ...(meta === undefined ? {} : { meta: { ...meta } }) });
  else io.out(`${plainLine(meta?.name ?? what)} can be run. Its hash is ${hash.slice(0, 12)}.\n`);
  return EXIT.done;
}
