import { taskOfPerson } from "../../host/submit.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import type { ReplyMessage } from "../../protocol/message.ts";
import { formatMessage, parseMessage } from "../../protocol/message-codec.ts";
import { brainCaller } from "../brain-caller.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { templateShape } from "../json-shapes.ts";
import { randomMessageId } from "../person-message.ts";
import { type CommonOptions, chosenAgent, findPlace } from "../place.ts";
import { printJson } from "../print-json.ts";
import { readInput } from "../read-input.ts";

/** A message or a plan to be filled in: ids are made, and what can be known is filled in. */
export async function messageCommand(
  io: Io,
  kind: string,
  file: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const text = await templateOf(io, kind, file, options);
  if (options.json === true) printJson(io, templateShape, { text });
  else io.out(text);
  return EXIT.done;
}

async function templateOf(
  io: Io,
  kind: string,
  file: string | undefined,
  options: CommonOptions,
): Promise<string> {
  if (kind === "task") return taskTemplate(agentOf(io, options)?.agent ?? "lead");
  if (kind === "dag") return dagTemplate(agentOf(io, options)?.peer ?? "self");
  if (kind === "reply" && file !== undefined) return replyTemplate(await readInput(io, file));
  throw new ClawflowError(
    "E_USAGE",
    kind === "reply" ? "the TASK to be answered is not named" : "not a template",
    {
      expected:
        kind === "reply" ? "the file of a TASK message, or - for standard input" : "task, reply or dag",
      ...(kind === "reply"
        ? { hint: "clawflow message reply mailbox/inbox/task-….md" }
        : { found: JSON.stringify(kind) }),
    },
  );
}

/** The agent, and somebody whom it may give work to. A template is of use where there is no team as well. */
function agentOf(io: Io, options: CommonOptions): { agent: string; peer: string | undefined } | undefined {
  try {
    const place = findPlace(io, options);
    const agent = chosenAgent(place, options.agent ?? brainCaller(io)?.agent);
    const first = place.team?.agents[agent]?.peers[0];
    return { agent, peer: first === "*" ? [...place.agents.keys()].find((id) => id !== agent) : first };
  } catch (error) {
    if (options.agent !== undefined || !(error instanceof ClawflowError) || error.code !== "E_NOT_FOUND")
      throw error;
    return undefined;
  }
}

function taskTemplate(agent: string): string {
  const message = taskOfPerson(
    agent,
    {
      title: "What is to be done, in a line",
      instructions: "What is to be done, as you would tell a colleague who knows nothing of it.",
      context: "What one must know for it.",
      expected_output: "What the answer should look like.",
    },
    new Date().toISOString(),
  );
  return formatMessage(message);
}

function replyTemplate(text: string): string {
  const task = parseMessage(Buffer.from(text), { to: "unknown" });
  if (task.type !== "task") {
    throw new ClawflowError("E_TYPE", "only a TASK is answered", {
      expected: "a message of type task",
      found: task.type,
    });
  }
  const now = new Date().toISOString();
  const { task_id, subtask_id, attempt, from, to, id, version } = task;
  const reply: ReplyMessage = {
    clawflow: 2,
    version,
    type: "reply",
    id: randomMessageId(),
    task_id,
    ...(subtask_id === undefined ? {} : { subtask_id }),
    attempt,
    from: to,
    to: from,
    in_reply_to: id,
    sent_at: now,
    completed_at: now,
    status: "done",
    body: { results: "The answer.", error: "", partial: "" },
  };
  return formatMessage(reply);
}

function dagTemplate(agent: string): string {
  const subtasks = {
    "first-part": { agent, description: "The first part, in a line", instructions: "What is to be done." },
    "second-part": { agent, description: "Needs the results of the first", depends_on: ["first-part"] },
  };
  return `${JSON.stringify({ subtasks, policy: { on_failure: "fail-fast", max_attempts: 1 } }, null, 2)}\n`;
}
