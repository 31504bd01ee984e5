import { join } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { messageFileName } from "../protocol/ids.ts";
import type { TaskMessage } from "../protocol/message.ts";
import { bodyHash, parseMessage } from "../protocol/message-codec.ts";
import { unlessMissing } from "../store/disk-error.ts";
import { workspacePaths } from "../store/layout.ts";
import { findTask } from "../view/read-task.ts";
import { type Place, workspaceOf } from "./place.ts";
import { putMessage } from "./put-message.ts";

/**
 * Puts work that a person gave an id into an agent's inbox, unless the same was put there before: so whoever does not know whether it
 * was taken may give it again.
 *
 * @returns `same`: it is there already, on its way, under way or finished
 * @throws E_ID_REUSED where that id stands for other work, and as `putMessage` does
 */
export async function putOnce(place: Place, agent: string, message: TaskMessage): Promise<"new" | "same"> {
  const hash = bodyHash(message);
  const known = hashOfTask(place, agent, message.task_id) ?? hashInInbox(place, agent, message);
  if (known !== undefined) return sameOr(known === hash, message.task_id);
  try {
    await putMessage(place, agent, message);
    return "new";
  } catch (error) {
    // Somebody was quicker.
    const there = hashInInbox(place, agent, message) ?? hashOfTask(place, agent, message.task_id);
    if (!(error instanceof ClawflowError) || error.code !== "E_ID_REUSED" || there === undefined) throw error;
    return sameOr(there === hash, message.task_id);
  }
}

function sameOr(isSame: boolean, id: string): "same" {
  if (isSame) return "same";
  throw new ClawflowError("E_ID_REUSED", `${id} is another work of that agent`, {
    at: "--id",
    hint: `Give it an id of its own, or look at what is there: show ${id}`,
  });
}

function hashOfTask(place: Place, agent: string, id: string): string | undefined {
  return findTask(place.disk, workspacePaths(workspaceOf(place, agent)), id)?.task.body_hash;
}

function hashInInbox(place: Place, agent: string, message: TaskMessage): string | undefined {
  const { inbox } = workspacePaths(workspaceOf(place, agent));
  const bytes = unlessMissing(() => place.disk.read(join(inbox, messageFileName(message))));
  const there = bytes === undefined ? undefined : parseMessage(bytes, { to: agent });
  return there?.type === "task" ? bodyHash(there) : undefined;
}
