import { z } from "zod";
import type { Work } from "../host/submit.ts";
import { amountsSchema } from "../protocol/amounts.ts";
import { checkShape } from "../protocol/check-shape.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { type Outcome, plannedSubtaskSchema } from "../protocol/outcome.ts";
import { ACTIONS, type ChatTool } from "./chat-tool-texts.ts";

export interface StartCall {
  name: "clawflow_start";
  work: Work;
  plan?: Outcome;
}
export interface ControlCall {
  name: "clawflow_control";
  task: string;
  action: (typeof ACTIONS)[number];
  text?: string | undefined;
}
export type ReadCall =
  | { name: "clawflow_status" | "clawflow_why"; task?: string | undefined }
  | { name: "clawflow_show"; task: string };
export type ChatCall = StartCall | ControlCall | ReadCall;
/** The others have calls of their own. */
type KnownTool = Exclude<ChatTool, "clawflow_workflow">;

const name = z.string().min(1).max(200);
const startSchema = z.strictObject({
  title: z.string().min(1).max(500),
  instructions: z.string().min(1),
  context: z.string().optional(),
  expected_output: z.string().optional(),
  plan: z.strictObject({ subtasks: z.record(z.string(), plannedSubtaskSchema) }).optional(),
  budget: amountsSchema.optional(),
  approval: z.enum(["never", "first", "always"]).optional(),
});
const someSchema = z.strictObject({ task: name.optional() });
const oneSchema = z.strictObject({ task: name });
const controlSchema = z.strictObject({ task: name, action: z.enum(ACTIONS), text: z.string().optional() });

/** A call of a tool by its parameters. @throws E_FIELD that names what is wrong */
export function checkChatCall(tool: KnownTool, parameters: unknown): ChatCall {
  const given = parameters ?? {};
  switch (tool) {
    case "clawflow_start":
      return startCall(checkShape(startSchema, given, "E_FIELD"));
    case "clawflow_control":
      return controlCall(checkShape(controlSchema, given, "E_FIELD"));
    case "clawflow_show":
      return { name: tool, ...checkShape(oneSchema, given, "E_FIELD") };
    default:
      return { name: tool, ...checkShape(someSchema, given, "E_FIELD") };
  }
}

function startCall({
  title,
  instructions,
  context,
  expected_output,
  plan,
  budget,
  approval,
}: z.infer<typeof startSchema>): StartCall {
  const work: Work = {
    title,
    instructions,
    ...(context === undefined ? {} : { context }),
    ...(expected_output === undefined ? {} : { expected_output }),
    ...(budget === undefined ? {} : { budget }),
    ...(approval === undefined ? {} : { policy: { approval } }),
  };
  return { name: "clawflow_start", work, ...(plan === undefined ? {} : { plan }) };
}

function controlCall(call: z.infer<typeof controlSchema>): ControlCall {
  if (call.action !== "answer" || (call.text ?? "").trim() !== "")
    return { name: "clawflow_control", ...call };
  throw new ClawflowError("E_FIELD", "the answer is empty", { at: "text" });
}
