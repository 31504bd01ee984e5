import { z } from "zod";
import { EXIT } from "../cli/exit-code.ts";
import { runWords } from "../cli/run-words.ts";
import { checkShape } from "../protocol/check-shape.ts";
import { ClawflowError, errorText } from "../protocol/errors.ts";
import {
  COMMAND_SCOPES,
  type CommandScope,
  isRemoteCommand,
  type RemoteCommand,
  START_GATEWAY,
} from "./command-permissions.ts";
import { commandPlace } from "./command-place.ts";
import type { GatewayMethodCall } from "./command-types.ts";
import type { PluginApi, PluginRuntime } from "./types.ts";

const text = z.string().min(1);
const agent = text.optional();
const task = { task: text, agent };
const work = {
  agent: text,
  instructions: text,
  id: text.optional(),
  title: text.optional(),
  tasks: z.number().optional(),
  tokens: z.number().optional(),
  usd: z.number().optional(),
  on_failure: z.enum(["fail-fast", "continue"]).optional(),
  max_attempts: z.int().optional(),
  approval: z.enum(["always", "first", "never"]).optional(),
};

type Params = Record<string, unknown>;

interface Method {
  command: RemoteCommand;
  params: z.ZodType<Params>;
  /** In the order of the command's words. The first that is absent ends them. */
  words: (params: Params) => readonly unknown[];
  /** Of the params, those that are options of the command. */
  options: readonly string[];
  /** What the word `-` stands for. */
  input?: string;
}

const OF_TASK = {
  params: z.strictObject(task),
  words: ({ task }: Params) => [task],
  options: ["agent"],
};
const OF_ANY_TASK = { ...OF_TASK, params: z.strictObject({ task: text.optional(), agent }) };
const WITH_TEXT = {
  params: z.strictObject({ ...task, text: text.optional() }),
  words: ({ task, text }: Params) => [task, text],
  options: ["agent"],
};

/** By what follows `clawflow.` */
const METHODS: Readonly<Record<string, Method>> = {
  status: { command: "status", ...OF_ANY_TASK },
  why: { command: "why", ...OF_ANY_TASK },
  tree: { command: "tree", ...OF_ANY_TASK },
  show: {
    command: "show",
    params: z.strictObject({ what: text, agent }),
    words: ({ what }) => [what],
    options: ["agent"],
  },
  inbox: {
    command: "inbox",
    params: z.strictObject({ agent }),
    words: ({ agent }) => [agent],
    options: [],
  },
  calls: { command: "calls", ...OF_TASK },
  report: { command: "report", ...OF_TASK },
  start: {
    command: "send",
    params: z.strictObject(work),
    words: ({ agent }) => [agent, "-"],
    options: ["id", "title", "tasks", "tokens", "usd", "on_failure", "max_attempts", "approval"],
    input: "instructions",
  },
  cancel: { command: "cancel", ...WITH_TEXT },
  retry: { command: "retry", ...OF_TASK },
  pause: { command: "pause", ...OF_TASK },
  resume: { command: "resume", ...OF_TASK },
  approve: { command: "approve", ...WITH_TEXT },
  reject: { command: "reject", ...WITH_TEXT },
  answer: {
    command: "answer",
    params: z.strictObject({ ...task, text }),
    words: ({ task }) => [task, "-"],
    options: ["agent"],
    input: "text",
  },
  set: {
    command: "set",
    params: z.strictObject({
      ...task,
      values: z.record(text, z.union([z.string(), z.number(), z.boolean()])),
    }),
    words: ({ task, values }) => [
      task,
      ...Object.entries(values as Params).map(([key, value]) => `${key}=${value}`),
    ],
    options: ["agent"],
  },
};

/** Names and permissions of all. */
export const GATEWAY_METHODS: readonly (readonly [string, CommandScope])[] = Object.entries(METHODS).map(
  ([name, { command }]) => [`clawflow.${name}`, COMMAND_SCOPES[command]] as const,
);

/** Each gives what the command of that name prints with `--json`, and never waits for a model. */
export function registerMethods(api: Pick<PluginApi, "registerGatewayMethod" | "runtime">): void {
  for (const [name, method] of Object.entries(METHODS)) {
    const scope = COMMAND_SCOPES[method.command];
    const handler = async (call: GatewayMethodCall) => await answer(api.runtime, method, call);
    api.registerGatewayMethod(`clawflow.${name}`, handler, { scope });
  }
}

async function answer(
  runtime: PluginRuntime,
  method: Method,
  { params, respond }: GatewayMethodCall,
): Promise<void> {
  try {
    const given = checkShape(method.params, params ?? {}, "E_USAGE");
    const place = commandPlace(runtime, runtime.config.current());
    const input = method.input === undefined ? undefined : `${given[method.input]}`;
    const { code, out, err } = await runWords(
      wordsFor(method, given),
      { program: "openclaw clawflow", start: START_GATEWAY, place },
      isRemoteCommand,
      input,
    );
    if (code === EXIT.done) respond(true, JSON.parse(out));
    else respond(false, undefined, refusal(out, err));
  } catch (error) {
    const code = error instanceof ClawflowError ? error.code : "E_INTERNAL";
    respond(false, undefined, {
      code: code === "E_INTERNAL" ? "UNAVAILABLE" : "INVALID_REQUEST",
      message: errorText(error),
      details: { code },
    });
  }
}

function wordsFor({ command, words, options }: Method, params: Params): string[] {
  const flags = options
    .filter((option) => params[option] !== undefined)
    .map((option) => `--${option.replaceAll("_", "-")}=${params[option]}`);
  const plain = words(params);
  const end = plain.indexOf(undefined);
  return [command, "--json", ...flags, "--", ...plain.slice(0, end < 0 ? undefined : end).map(String)];
}

/** What the command says of its error as JSON, or its words where it was not understood. */
function refusal(out: string, err: string): { code: string; message: string; details: { code: string } } {
  let told: { code?: unknown; message?: unknown } = {};
  try {
    told = (JSON.parse(out) as { error?: typeof told }).error ?? {};
  } catch {
    // It was said in words alone.
  }
  const code = typeof told.code === "string" ? told.code : "E_USAGE";
  const message = typeof told.message === "string" ? told.message : err.trim();
  return { code: code === "E_INTERNAL" ? "UNAVAILABLE" : "INVALID_REQUEST", message, details: { code } };
}
