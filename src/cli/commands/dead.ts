import { ClawflowError } from "../../protocol/errors.ts";
import { listDead, requeue } from "../../store/dead.ts";
import { workspacePaths } from "../../store/layout.ts";
import { eachLetter } from "../../view/letters.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { deadShape, requeuedShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, knownAgent, type Place, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { warnIfIdle } from "../put-message.ts";
import { plainLine } from "../render/plain.ts";

interface DeadLetter {
  agent: string;
  name: string;
  message?: string;
  reason: string;
}

/** Lists the dead letters with their reasons, or puts one back into the inbox. */
export async function deadCommand(
  io: Io,
  action: string,
  name: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const place = findPlace(io, options);
  if (action === "list") list(io, deadLetters(place, options.agent), options);
  else if (action === "requeue") await putBack(io, place, name, options);
  else {
    throw new ClawflowError("E_USAGE", "not something to do with dead letters", {
      expected: "list or requeue",
      found: JSON.stringify(action),
    });
  }
  return EXIT.done;
}

function deadLetters(place: Place, agent: string | undefined): DeadLetter[] {
  const agents = agent === undefined ? [...place.agents.keys()] : [knownAgent(place, agent)];
  return agents.flatMap((id) => {
    const directory = workspaceOf(place, id);
    const letters = [...eachLetter(place.disk, workspacePaths(directory), id, ["dead"])];
    const messages = new Map(letters.map((letter) => [letter.name, letter.id]));
    return listDead(place.disk, directory).map((letter): DeadLetter => {
      const message = messages.get(letter.name);
      return { agent: id, ...letter, ...(message === undefined ? {} : { message }) };
    });
  });
}

function list(io: Io, letters: DeadLetter[], options: CommonOptions): void {
  if (options.json === true) printJson(io, deadShape, { dead: letters });
  else if (letters.length === 0) io.out("There are no dead letters.\n");
  else {
    for (const { agent, name, reason } of letters) {
      io.out(`${plainLine(agent)}  ${plainLine(name)}\n  ${plainLine(reason, 300)}\n`);
    }
  }
}

async function putBack(
  io: Io,
  place: Place,
  name: string | undefined,
  options: CommonOptions,
): Promise<void> {
  refuseToBrains(io, place, "dead requeue");
  const letters = deadLetters(place, options.agent);
  const found = letters.filter((letter) => letter.name === name || letter.message === name);
  const [letter] = found;
  if (name === undefined || letter === undefined) {
    throw new ClawflowError(name === undefined ? "E_USAGE" : "E_NOT_FOUND", "name a dead letter", {
      expected:
        letters
          .map((one) => one.name)
          .slice(0, 10)
          .join(", ") || "there are none",
    });
  }
  if (found.length > 1) {
    throw new ClawflowError("E_USAGE", `${found.length} agents have a dead letter of that name`, {
      hint: "Name one with --agent.",
    });
  }
  await requeue(place.disk, workspaceOf(place, letter.agent), letter.name);
  warnIfIdle(io, place, letter.agent);
  if (options.json === true) printJson(io, requeuedShape, { agent: letter.agent, name: letter.name });
  else io.out(`${plainLine(letter.name)} lies in the inbox of ${plainLine(letter.agent)} again\n`);
}
