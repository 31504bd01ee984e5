import { parseTarget } from "../cli/person-message.ts";
import { paintWith } from "../cli/render/paint.ts";
import { plainLine } from "../cli/render/plain.ts";
import { shownForAgent } from "../cli/render/shown-task.ts";
import { statusForAgent } from "../cli/render/status.ts";
import { taskStatusForAgent } from "../cli/render/task-status.ts";
import { whyForAgent } from "../cli/render/why.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { findInInbox } from "../view/find-sent.ts";
import { type Found, findOneTask } from "../view/find-task.ts";
import { openRoot, type RootView } from "../view/root-view.ts";
import { standingOfTask } from "../view/standing.ts";
import { readStatus } from "../view/status.ts";
import { taskStatus } from "../view/task-status.ts";
import { type Reason, why, whyAll, whyNotBegun } from "../view/why/why.ts";
import { type Chat, notYours } from "./chat.ts";
import type { ReadCall } from "./chat-calls.ts";
import { controlWords } from "./control-words.ts";
import type { RunningTeam } from "./running-team.ts";

const PENDING_AFTER = 60_000;
const LATELY = 24 * 3600 * 1000;

/** What the command line says to a model, of the jobs of this chat's agent, with what this chat was not told yet before it. */
export async function readForChat(chat: Chat, call: ReadCall, team: RunningTeam): Promise<string> {
  const news = await team.chats.take(chat.sessionKey);
  const text = read(chat, call, viewOf(team));
  return [...news, text].join("\n\n");
}

/** As the host has its tasks; what is in the files may be of a moment ago. */
function viewOf({ disk, agents, host }: RunningTeam): RootView {
  return openRoot(disk, agents, { tasks: (agent, id) => host.task(agent, id) });
}

function read(chat: Chat, call: ReadCall, view: RootView): string {
  const now = Date.now();
  const look = { paint: paintWith(false), now, here: controlWords };
  switch (call.name) {
    case "clawflow_status":
      return call.task === undefined
        ? statusOfAll(chat, view, look)
        : statusOf(find(chat, view, call.task), view, now);
    case "clawflow_why": {
      const reasons =
        call.task === undefined ? openJobs(chat, view, now) : [reasonOf(chat, view, call.task, now)];
      if (reasons.length === 0) return "Nothing is open.";
      return reasons.map((reason) => whyForAgent(reason, look).join("\n")).join("\n\n");
    }
    case "clawflow_show": {
      const { agent, task, subtask } = find(chat, view, call.task);
      const subtasks = [...task.subtasks].filter(([id]) => subtask === undefined || id === subtask);
      return shownForAgent(
        agent,
        task,
        standingOfTask(view, agent, task),
        subtasks,
        subtask === undefined,
      ).join("\n");
    }
  }
}

function statusOfAll(
  { agent }: Chat,
  view: RootView,
  look: { now: number; here(command: string): string },
): string {
  const status = readStatus(view, {
    now: look.now,
    pendingAfter: PENDING_AFTER,
    lately: LATELY,
    only: agent,
  });
  // What it does for others is not its own to report here.
  const running = status.running.filter(({ depth }) => depth === 0);
  const lines = statusForAgent({ ...status, running }, [], look).filter((line) => line !== "host none");
  return lines.length === 0 ? "Nothing goes on, and nothing has ended within a day." : lines.join("\n");
}

function statusOf({ agent, task, subtask }: FoundPiece, view: RootView, now: number): string {
  return taskStatusForAgent(taskStatus(view, agent, task, now, subtask), now).join("\n");
}

function openJobs({ agent }: Chat, view: RootView, now: number): Reason[] {
  return whyAll(view, now).filter((reason) => {
    const task = view.task(reason.agent, reason.task_id);
    return (task?.trace.path[0] ?? reason.agent) === agent;
  });
}

function reasonOf(chat: Chat, view: RootView, name: string, now: number): Reason {
  const { task_id } = parseTarget(name);
  try {
    const { agent, task, subtask } = find(chat, view, name);
    return why(view, agent, task, now, subtask);
  } catch (error) {
    if (!(error instanceof ClawflowError) || error.code !== "E_NOT_FOUND") throw error;
    if (findInInbox(view, task_id, chat.agent) === undefined) throw error;
    return whyNotBegun(view, chat.agent, task_id);
  }
}

interface FoundPiece extends Found {
  subtask?: string;
}

/** A job of the chat's agent, or a part of one wherever it is done. @throws E_NOT_FOUND, E_NOT_YOURS */
function find(chat: Chat, view: RootView, name: string): FoundPiece {
  const { task_id, subtask_id } = parseTarget(name);
  const { agent, task } = findOneTask(view, task_id);
  if (task.trace.path[0] !== chat.agent) throw notYours(plainLine(name, 200), chat);
  if (subtask_id === undefined) return { agent, task };
  if (task.subtasks.has(subtask_id)) return { agent, task, subtask: subtask_id };
  throw new ClawflowError("E_NOT_FOUND", `${task.task_id} has no subtask ${subtask_id}`, {
    expected: [...task.subtasks.keys()].slice(0, 20).join(", ") || "a task with subtasks",
  });
}
