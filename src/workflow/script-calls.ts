import type { ScriptRun } from "../host/scripts.ts";
import type { CalledSubtask } from "../loop/types.ts";
import { sha256, shortHash } from "../protocol/ids.ts";
import type { Subtask } from "../protocol/task.ts";
import type { CallRequest, CallResult, UnfitCall } from "../script/types.ts";
import { failureCode } from "./recorded-calls.ts";

const LONGEST_NAME = 40;

/** What a script asks of agents, each question a subtask of its task. */
export interface ScriptCalls {
  call(request: CallRequest): Promise<CallResult>;
  /** What came of a call does not fit; it stands with its last round. */
  noteUnfit(call: UnfitCall): void;
}

export function scriptCalls(run: ScriptRun): ScriptCalls {
  const ids = new Map(
    [...run.task.subtasks].flatMap(([id, { call }]) =>
      call === undefined ? [] : [[placeOf(call), id] as const],
    ),
  );
  return {
    call: async (request) => {
      if (request.model !== undefined) return { status: "refused", code: "E_UNSUPPORTED", reason: NO_MODEL };
      const place = placeOf(request);
      const id = ids.get(place) ?? subtaskId(request);
      ids.set(place, id);
      return resultOf(await run.call(id, subtaskOf(request)));
    },
    noteUnfit: (call) => {
      const id = ids.get(placeOf(call));
      if (id !== undefined) run.unfit(id, `${call.code}: ${call.reason}`);
    },
  };
}

const NO_MODEL = "which model answers is the agent's own matter; name an agent that has that model";

function placeOf({ path, round = 1 }: { path: string; round?: number | undefined }): string {
  return `${round} ${path}`;
}

/** Readable, and the same for the same place. */
function subtaskId(request: CallRequest): string {
  const { label, agent, prompt } = request;
  const words = (label ?? agent ?? prompt)
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, "");
  return `${words === "" ? "call" : words}-${shortHash([placeOf(request)], 8)}`;
}

function subtaskOf(request: CallRequest): CalledSubtask {
  const {
    path,
    round,
    prompt,
    agent = "self",
    optionHash,
    label,
    phase,
    timeout,
    attempts,
    schema,
    fault,
  } = request;
  return {
    agent,
    description: label ?? firstLine(prompt),
    instructions: prompt,
    depends_on: [],
    call: {
      path,
      options: optionHash,
      hash: sha256(JSON.stringify([agent, prompt, optionHash, fault ?? null])).slice(0, 32),
      ...(round === 1 ? {} : { round }),
      ...(label === undefined ? {} : { label }),
      ...(phase === undefined ? {} : { phase }),
    },
    ...(timeout === undefined ? {} : { timeout: `${timeout}ms` }),
    ...(attempts === undefined ? {} : { max_attempts: attempts }),
    ...(schema === undefined
      ? {}
      : { expected_output: `JSON alone, which fits this JSON Schema:\n\n${JSON.stringify(schema)}` }),
    ...(fault === undefined ? {} : { context: faultText(fault) }),
  };
}

function faultText({ answer, problem }: NonNullable<CallRequest["fault"]>): string {
  return `You were asked this before, and your answer could not be taken: ${problem}\n\nYour answer was:\n\n${answer}`;
}

function firstLine(prompt: string): string {
  const line = prompt.trim().split("\n", 1)[0] ?? "";
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function resultOf(subtask: Readonly<Subtask> | undefined): CallResult {
  if (subtask === undefined)
    return { status: "failed", code: "E_CANCELLED", reason: "a person took the call out of the task" };
  const { status, results = "", error = "it was not done", used, dispatched_at } = subtask;
  const cost = used === undefined ? {} : { used };
  if (status === "done") return { status, text: results, ...cost };
  // What never went out is the task's own refusal: its budget, its limits, whom it may ask.
  const isOwn = dispatched_at === undefined && status === "failed";
  return { status: isOwn ? "refused" : "failed", code: failureCode(error), reason: error, ...cost };
}
