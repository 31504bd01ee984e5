import { ClawflowError } from "../../protocol/errors.ts";
import { checkScript } from "../../script/check-script.ts";
import {
  listSavedScripts,
  readSavedScript,
  rememberApproval,
  savedScriptPath,
  saveScript,
} from "../../store/saved-scripts.ts";
import { refuseToBrains } from "../brain-caller.ts";
import type { WorkflowOptions } from "../commands/workflow.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { savedShape } from "../json-shapes.ts";
import { chosenAgent, findPlace, type Place, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { readInput } from "../read-input.ts";
import { shownPath } from "../render/path.ts";
import { plainLine } from "../render/plain.ts";

interface Saved {
  agent: string;
  name: string;
  hash: string;
  path: string;
  description?: string;
}

/** Keeps a script for an agent, under a name. */
export async function saveWorkflow(io: Io, what: string, options: WorkflowOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  refuseToBrains(io, place, "workflow save");
  const agent = chosenAgent(place, options.agent);
  const program = await readInput(io, what);
  const name = options.name ?? checkScript(program).meta?.name;
  if (name === undefined) {
    throw new ClawflowError("E_USAGE", "the script has no name", {
      hint: 'Give it one with --name, or begin it with: export const meta = {name: "…"}',
    });
  }
  await saveScript(place.disk, workspaceOf(place, agent), name, program);
  if (options.approve === true) await rememberApproval(place.disk, workspaceOf(place, agent), name, program);
  const saved = savedOf(place, agent, name, program);
  if (options.json === true) printJson(io, savedShape, { saved: [saved] });
  else io.out(`${shownPath(io.cwd, saved.path)}\n`);
  return EXIT.done;
}

export async function listSaved(io: Io, _: string, options: WorkflowOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const agents = options.agent === undefined ? [...place.agents.keys()] : [chosenAgent(place, options.agent)];
  const saved = agents.flatMap((agent) => savedFor(place, agent));
  if (options.json === true) printJson(io, savedShape, { saved });
  else if (saved.length === 0) io.err("No script is saved. To save one: clawflow workflow save FILE\n");
  else for (const one of saved) io.out(`${line(one)}\n`);
  return EXIT.done;
}

function savedFor(place: Place, agent: string): Saved[] {
  const workspace = workspaceOf(place, agent);
  return listSavedScripts(place.disk, workspace).flatMap((name) => {
    const program = readSavedScript(place.disk, workspace, name);
    return program === undefined ? [] : [savedOf(place, agent, name, program)];
  });
}

function savedOf(place: Place, agent: string, name: string, program: string): Saved {
  const path = savedScriptPath(workspaceOf(place, agent), name);
  const { hash, meta } = checkScript(program);
  const description = meta?.description;
  return { agent, name, hash, path, ...(description === undefined ? {} : { description }) };
}

function line({ agent, name, hash, description = "" }: Saved): string {
  return [plainLine(agent), name, hash.slice(0, 12), plainLine(description)].join("  ").trimEnd();
}
