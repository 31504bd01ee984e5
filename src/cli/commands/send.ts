import { taskOfPerson, type Work } from "../../host/submit.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import { checkTaskId, messageFileName } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";
import { parseMessage } from "../../protocol/message-codec.ts";
import { refuseToBrains } from "../brain-caller.ts";
import { againWith } from "../command-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { sentShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, knownAgent, type Place } from "../place.ts";
import { printAnswer } from "../print-answer.ts";
import { printJson } from "../print-json.ts";
import { putMessage, warnIfIdle } from "../put-message.ts";
import { putOnce } from "../put-once.ts";
import { readInstructions } from "../read-input.ts";
import { stopSignal } from "../stop-signal.ts";
import { waitForAnswer } from "../wait-for-answer.ts";
import { timeoutOf, type WorkOptions, workOf } from "../work-options.ts";

export interface SendOptions extends CommonOptions, WorkOptions {
  id?: string;
  wait?: boolean;
  timeout?: string;
}

/** Puts a whole message, or plain text as instructions of a person, into an agent's inbox. */
export async function sendCommand(
  io: Io,
  agentId: string,
  given: string,
  options: SendOptions,
): Promise<ExitCode> {
  const begun = performance.now();
  const timeout = timeoutOf(options.timeout);
  const place = findPlace(io, options);
  refuseToBrains(io, place, "send");
  const agent = knownAgent(place, agentId);
  const message = messageOf(io, agent, await readInstructions(io, given), options);
  const gives = io.embedded?.gives;
  if (gives !== undefined) {
    message.extra = { ...message.extra, ...gives.extra };
    gives.expect({ agent, task_id: message.task_id });
  }
  const isAlready = await give(place, agent, message, options.id !== undefined);
  const sent = {
    task_id: message.task_id,
    agent,
    message: message.id,
    ...(isAlready ? { already: true as const } : {}),
  };
  if (isAlready) io.err(`Given before: ${message.task_id}\n`);
  warnIfIdle(io, place, agent);
  if (options.wait !== true) {
    if (options.json === true) printJson(io, sentShape, sent);
    else io.out(`${message.task_id}\n`);
    return EXIT.done;
  }
  io.err(`Sent to ${agent}: ${message.task_id}\n`);
  const stop = stopSignal(timeout);
  try {
    const waited = { agent, task_id: message.task_id, message: messageFileName(message) };
    const answer = await waitForAnswer(io, place, waited, stop.signal);
    if (answer !== undefined)
      return printAnswer(io, answer, performance.now() - begun, options.json === true);
    const hint = `It goes on; look at it with: ${againWith(io, ["status", message.task_id], options)}`;
    throw stop.reason() === "timeout"
      ? new ClawflowError("E_TIMEOUT", `${message.task_id} is not finished after ${options.timeout}`, {
          hint,
        })
      : new ClawflowError("E_CANCELLED", `stopped waiting for ${message.task_id}`, { hint });
  } finally {
    stop.release();
  }
}

/** @returns whether it was there already, which only what has an id of its own can be */
async function give(place: Place, agent: string, message: Message, hasId: boolean): Promise<boolean> {
  if (hasId && message.type === "task") return (await putOnce(place, agent, message)) === "same";
  await putMessage(place, agent, message);
  return false;
}

/** A text with frontmatter is a message as it stands; it must be for that agent. */
function messageOf(io: Io, agent: string, text: string, options: SendOptions): Message {
  if (io.embedded?.files === false || !/^\ufeff?---\r?\n/.test(text))
    return taskOfPerson(agent, workFor(text, options), new Date().toISOString());
  if (options.id !== undefined)
    throw new ClawflowError("E_USAGE", "a whole message has its id already", {
      at: "--id",
      found: options.id,
    });
  const message = parseMessage(Buffer.from(text), { to: agent });
  if (message.to !== agent) {
    throw new ClawflowError("E_NOT_YOURS", "the message is for another agent", {
      at: "to",
      expected: agent,
      found: message.to,
    });
  }
  if (options.wait === true && (message.type !== "task" || message.from !== "human")) {
    throw new ClawflowError("E_USAGE", "only the answer to a person's task can be waited for", {
      at: "--wait",
      found: `a ${message.type} from ${message.from}`,
    });
  }
  return message;
}

function workFor(text: string, { id, ...options }: SendOptions): Work {
  return { ...workOf(text, options), ...(id === undefined ? {} : { id: checkTaskId(id, "--id") }) };
}
