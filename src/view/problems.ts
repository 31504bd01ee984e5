import { join } from "node:path";
import { parseEnvelope } from "../protocol/parse-envelope.ts";
import type { Task } from "../protocol/task.ts";
import { unlessMissing } from "../store/disk-error.ts";
import { editState } from "./edit-state.ts";
import { isLetterName } from "./letters.ts";
import { openTasks } from "./open-tasks.ts";
import type { RootView } from "./root-view.ts";
import type { Problem, StatusOptions } from "./status.ts";
import { deadHold } from "./why/dead-holds.ts";
import { given, type Hold } from "./why/hold.ts";
import { hostHold } from "./why/host-hold.ts";
import { undeliveredHold } from "./why/mail-holds.ts";
import { pausedHold, waitingHold } from "./why/turn-holds.ts";

/** Messages in an inbox that nobody has handled. */
export function inboxCount(view: RootView, agent: string): number {
  return [...(view.mail(agent)?.inbox ?? [])].filter((name) => /^[A-Za-z0-9].*\.md$/.test(name)).length;
}

/** Dead letters, and messages that are not accepted for a while. */
export function mailProblems(view: RootView, agent: string, { now, pendingAfter }: StatusOptions): Problem[] {
  const problems: Problem[] = [];
  const paths = view.paths(agent);
  const mail = view.mail(agent);
  if (paths === undefined || mail === undefined) return [];
  for (const name of mail.dead) {
    if (name.endsWith(".reason.md")) continue;
    const hold = deadHold(view, agent, name, { agent, task_id: "" });
    // What is no message stays dead; it only has to go.
    const command = isLetterName(name) ? hold.command : "clawflow dead list";
    const text = hold.what.replace(`${agent} could not handle ${name}: `, "");
    const file = `mailbox/dead/${name}`;
    problems.push({
      kind: "dead",
      agent,
      file,
      text,
      ...given("since", hold.since),
      ...given("command", command),
    });
  }
  for (const name of mail.pending) {
    const path = join(paths.pending, name);
    const found = view.disk.stat(path);
    if (found === undefined || now - found.mtimeMs < pendingAfter) continue;
    const since = new Date(found.mtimeMs).toISOString();
    const bytes = unlessMissing(() => view.disk.read(path)) ?? new Uint8Array();
    const { task_id } = parseEnvelope(bytes);
    const to = receiverOf(bytes);
    const hold = undeliveredHold(view, agent, to, name, { agent, task_id: task_id ?? "" }, since);
    const why = hold.what.replace(`${to} has not accepted ${name}`, "");
    problems.push({
      kind: "undelivered",
      agent,
      ...given("task_id", task_id),
      file: `mailbox/outbox/pending/${name}`,
      text: `decided to be sent, not accepted by ${to}${why}`,
      since,
      ...given("command", hold.command),
    });
  }
  return problems;
}

/** What of an open task is a person's turn: its own decision or work, that of its own subtasks, a pause. */
export function turnProblems(view: RootView, agent: string, task: Task, now: number): Problem[] {
  const problems: Problem[] = [];
  const isBelowPaused = task.from !== "human" && view.task(task.from, task.reply_to.task_id)?.paused === true;
  if (task.paused === true && !isBelowPaused)
    problems.push(problemOf("paused", pausedHold(agent, task.task_id)));
  if (task.waiting !== undefined)
    problems.push(problemOf(kindOf(task.waiting.for), waitingHold(view, agent, task, task.waiting, now)));
  for (const [id, { waiting, paused, status }] of task.subtasks) {
    if (status !== "pending" && status !== "dispatched") continue;
    if (waiting !== undefined)
      problems.push(problemOf(kindOf(waiting.for), waitingHold(view, agent, task, waiting, now, id)));
    else if (paused === true && task.paused !== true)
      problems.push(problemOf("paused", pausedHold(agent, task.task_id, id)));
  }
  return problems;
}

/** An edit of task.md that was not taken. */
export function editProblems(view: RootView, agent: string, task: Task, folder: string): Problem[] {
  const paths = view.paths(agent);
  const edit = paths === undefined ? undefined : editState(view.disk, paths, folder);
  if (paths === undefined || edit === undefined || edit.state === "waiting") return [];
  const { state, what, file, since } = edit;
  const text = {
    refused: `task.md was not understood: ${what}`,
    unread: `task.md is not valid: ${what}`,
    "set-aside": `an edit of task.md was not understood, and is kept beside it: ${what}`,
    partly: `not all of the edit of task.md was taken: ${what}`,
  }[state];
  const command = `$EDITOR ${paths.root}/${state === "set-aside" || state === "partly" ? `tasks/${folder}/task.md` : file}`;
  return [{ kind: "edit", agent, task_id: task.task_id, file, text, ...given("since", since), command }];
}

/** Nobody runs an agent that has something to do. */
export function hostProblems(view: RootView, agent: string): Problem[] {
  const hasWork = inboxCount(view, agent) > 0 || !openTasks(view, agent).next().done;
  const hold = hasWork ? hostHold(view, agent, { agent, task_id: "" }) : undefined;
  if (hold === undefined) return [];
  const { what, since, command } = hold;
  const moves = hold.cause === "peer-gone" ? {} : given("command", command);
  return [{ kind: "stopped", agent, text: what, ...given("since", since), ...moves }];
}

function problemOf(kind: Problem["kind"], { agent, task_id, subtask, what, since, command }: Hold): Problem {
  return {
    kind,
    agent,
    task_id,
    ...given("subtask", subtask),
    text: what,
    ...given("since", since),
    ...given("command", command),
  };
}

function kindOf(what: "approval" | "answer" | "person"): Problem["kind"] {
  return what;
}

function receiverOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString("utf8");
  return /^to: "?([a-z0-9_@-]+)/m.exec(head)?.[1] ?? "its receiver";
}
