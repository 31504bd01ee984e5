import { z } from "zod";
import { controlOf } from "../cli/person-message.ts";
import { plainLine } from "../cli/render/plain.ts";
import { handIn, taskOfPerson } from "../host/submit.ts";
import { type Amounts, amountsSchema } from "../protocol/amounts.ts";
import { checkShape } from "../protocol/check-shape.ts";
import { formatEdit } from "../protocol/edit-body.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { checkScript } from "../script/check-script.ts";
import {
  isApprovalRemembered,
  listSavedScripts,
  readSavedScript,
  saveScript,
} from "../store/saved-scripts.ts";
import { scriptWork } from "../workflow/script-work.ts";
import type { Chat } from "./chat.ts";
import { readForChat } from "./chat-reads.ts";
import type { RunningTeam } from "./running-team.ts";
import { WORKFLOW_ACTIONS } from "./workflow-tool-text.ts";

const callSchema = z.strictObject({
  action: z.enum(WORKFLOW_ACTIONS),
  script: z.string().min(1).optional(),
  args: z.unknown().optional(),
  name: z.string().min(1).max(64).optional(),
  run: z.string().min(1).max(200).optional(),
  budget: amountsSchema.optional(),
});
type WorkflowCall = z.infer<typeof callSchema>;

/** What an agent in a chat does with workflow scripts. It cannot approve one: a run waits for a person. @throws E_FIELD, E_SCRIPT, E_NOT_FOUND, … */
export async function useWorkflows(chat: Chat, parameters: unknown, team: RunningTeam): Promise<string> {
  const call = checkShape(callSchema, parameters ?? {}, "E_FIELD");
  switch (call.action) {
    case "run":
      return await run(chat, team, { program: given(call, "script"), ...more(call) });
    case "run-saved":
      return await runSaved(chat, team, given(call, "name"), call);
    case "save":
      return await save(chat, team, given(call, "name"), given(call, "script"));
    case "list":
      return list(chat, team);
    case "status":
      return await readForChat(chat, { name: "clawflow_status", task: given(call, "run") }, team);
    case "resume":
      return await steer(chat, team, given(call, "run"), call.script);
    case "cancel":
      return await steer(chat, team, given(call, "run"), undefined, "cancel");
    default:
      return call.action satisfies never;
  }
}

/** One that a person has approved for good runs at once; it is known by its text, so what is saved anew is not. */
async function runSaved(chat: Chat, team: RunningTeam, name: string, call: WorkflowCall): Promise<string> {
  const program = saved(chat, team, name);
  const isApproved = isApprovalRemembered(team.disk, workspaceOf(team, chat.agent), name, program);
  return await run(chat, team, { program, isApproved, ...more(call) });
}

interface Run {
  program: string;
  isApproved?: boolean;
  args?: unknown;
  budget?: Amounts;
  name?: string;
}

/** What an agent wrote is not approved here: a person has to read it, or has read it in OpenClaw's prompt before this call. */
async function run(
  { agent, sessionKey, call = "" }: Chat,
  team: RunningTeam,
  { program, isApproved: isRemembered = false, args, budget, name }: Run,
): Promise<string> {
  const isApproved = team.scriptApprovals?.take(call, { program, args, budget }) === true || isRemembered;
  const work = scriptWork({
    program,
    name,
    budget,
    isApproved,
    args: args === undefined ? undefined : JSON.stringify(args),
  });
  const message = taskOfPerson(agent, work, new Date(team.host.place(agent).wall).toISOString());
  message.extra = { chat: sessionKey };
  const { task_id } = message;
  team.chats.expect({ agent, task_id, chat: sessionKey });
  await handIn(team.host, agent, message);
  const wait = isApproved
    ? "It is approved and has begun."
    : `Nothing of it runs before a person approves it (/clawflow approve ${task_id}; /clawflow show ${task_id} is the whole script).`;
  return `Handed in: ${task_id}. ${wait} This chat hears when it waits and when it has ended.`;
}

async function save({ agent }: Chat, team: RunningTeam, name: string, program: string): Promise<string> {
  const { hash } = checkScript(program);
  await saveScript(team.disk, workspaceOf(team, agent), name, program);
  return `Saved as ${name} (${hash.slice(0, 12)}).`;
}

function list({ agent }: Chat, team: RunningTeam): string {
  const names = listSavedScripts(team.disk, workspaceOf(team, agent));
  return names.length === 0 ? "No script is saved." : names.join("\n");
}

/** Once more from the top, with another text where one is given; or ended. */
async function steer(
  chat: Chat,
  { host }: RunningTeam,
  run: string,
  script: string | undefined,
  control: "retry" | "cancel" = "retry",
): Promise<string> {
  const task = host.task(chat.agent, run);
  if (task?.script === undefined)
    throw new ClawflowError("E_NOT_FOUND", `${plainLine(run)} is no run of a script of ${chat.agent}`);
  if (script !== undefined) checkScript(script);
  const target = { task_id: task.task_id };
  const message =
    script === undefined
      ? controlOf(chat.agent, target, control, "")
      : controlOf(chat.agent, target, "edit", formatEdit({ instructions: script }));
  await handIn(host, chat.agent, message);
  return `${script === undefined ? control : "the script"} is sent to ${chat.agent}: ${plainLine(run)}`;
}

function saved({ agent }: Chat, team: RunningTeam, name: string): string {
  const program = readSavedScript(team.disk, workspaceOf(team, agent), name);
  if (program !== undefined) return program;
  throw new ClawflowError("E_NOT_FOUND", `no script is saved as ${plainLine(name)}`, {
    expected: listSavedScripts(team.disk, workspaceOf(team, agent)).join(", ") || "nothing is saved yet",
  });
}

function more({ args, budget, name }: WorkflowCall): Omit<Run, "program"> {
  return {
    ...(args === undefined ? {} : { args }),
    ...(budget === undefined ? {} : { budget }),
    ...(name === undefined ? {} : { name }),
  };
}

function given(call: WorkflowCall, key: "script" | "name" | "run"): string {
  const value = call[key];
  if (value !== undefined) return value;
  throw new ClawflowError("E_FIELD", `${call.action} needs ${key}`, { at: key });
}

function workspaceOf({ agents }: RunningTeam, agent: string): string {
  return agents.get(agent) ?? "";
}
