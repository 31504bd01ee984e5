import type { FoundEdit } from "../loop/types.ts";
import { errorText } from "../protocol/errors.ts";
import { parseRawTask } from "../protocol/raw-task.ts";
import { readEdit } from "../protocol/read-edit.ts";
import type { FoundText } from "../store/find-edits.ts";
import { editRefused, editTaken } from "../store/take-edits.ts";
import type { Agent } from "./agent.ts";
import { apart } from "./apart.ts";
import type { Context } from "./context.ts";
import type { Pass } from "./pass.ts";

/** Takes what persons wrote into the task.md files of every agent. @returns whether there was anything */
export function takeEdits(context: Context, pass: Pass): boolean {
  if (!context.looks.isDue()) return false;
  let any = false;
  context.looks.measure(() => {
    for (const agent of context.agents.values()) {
      apart(context, agent, () => {
        for (const found of agent.workspace.findEdits()) {
          any = true;
          takeText(context, pass, agent, found);
        }
      });
    }
  });
  context.looks.plan([...context.agents.values()].map(({ workspace }) => workspace.nextEditLook));
  return any;
}

function takeText(context: Context, pass: Pass, agent: Agent, found: FoundText): void {
  const { workspace } = agent;
  const task = workspace.task(found.task);
  if (task === undefined) return;
  const edit = understand(found);
  if (typeof edit === "string") {
    refuse(context, pass, agent, found, edit);
    return;
  }
  const plan = pass.step(agent, task, { type: "edit", found: edit });
  if (plan.refused !== undefined) refuse(context, pass, agent, found, plan.refused);
  else {
    context.store.stage(workspace, editTaken(workspace, found, plan.notTaken ?? []));
    pass.tell({ type: "edit:taken", agent: agent.self.id, task: found.task });
  }
}

function refuse(context: Context, pass: Pass, agent: Agent, found: FoundText, why: string): void {
  context.store.stage(agent.workspace, editRefused(agent.workspace, found, why));
  pass.tell({ type: "edit:refused", agent: agent.self.id, task: found.task, text: why });
}

/** @returns why it cannot be understood, where it cannot. */
function understand({ text, base, later, current }: FoundText): FoundEdit | string {
  if (text === undefined) return "E_UTF8: task.md is no plain text file in UTF-8";
  try {
    const isKept = base !== undefined && isReadable(base);
    const next = later !== undefined && isReadable(later) ? later : undefined;
    const read = isKept
      ? readEdit(base, text, { later: next })
      : readEdit(current ?? "", text, { state: false });
    const { edit, seen, putBack } = read;
    if (isKept) return { edit, layout: text, seen, putBack };
    const note =
      "the text that you had before you is not kept any more: only title, texts, policy and own keys were taken";
    return { edit, layout: text, seen, putBack: [note] };
  } catch (error) {
    return errorText(error);
  }
}

/** A loss of power may have left a part of it. */
function isReadable(base: string): boolean {
  try {
    parseRawTask(base);
    return true;
  } catch {
    return false;
  }
}
