import { parseDuration } from "../protocol/duration.ts";
import type { ProgressMessage } from "../protocol/message.ts";
import type { Waiting } from "../protocol/task.ts";
import type { Draft } from "./draft.ts";

type Wait = Pick<Waiting, "for" | "text" | "question" | "plan">;

/** From here it is a person's turn, for the task or for a subtask of its own: until they decide, or the time for that is over. */
export function waitForPerson(draft: Draft, wait: Wait, subtask?: string): void {
  setWaiting(draft, { ...wait, since: draft.now.wall, ...timesOf(draft, wait.for) }, subtask);
}

/** What the task, or a subtask of its own, waits for. */
export function waitOf(draft: Draft, subtask?: string): Waiting | undefined {
  return subtask === undefined ? draft.task.waiting : draft.subtask(subtask).waiting;
}

export function endWait(draft: Draft, subtask?: string): void {
  if (waitOf(draft, subtask) !== undefined) setWaiting(draft, null, subtask);
}

/** After a pause a person has the whole time again. */
export function renewWaits(draft: Draft): void {
  const { waiting } = draft.task;
  if (waiting !== undefined) setWaiting(draft, { ...waiting, ...timesOf(draft, waiting.for) });
  for (const [id, { waiting: own }] of draft.nodes) {
    if (own !== undefined) setWaiting(draft, { ...own, ...timesOf(draft, own.for) }, id);
  }
}

/** Tells the person once more who waits for what, since when, and what would end it. It stands in the outbox, as a reply to a person does. */
export function remind(draft: Draft, subtask?: string): void {
  const waiting = waitOf(draft, subtask);
  if (waiting === undefined) return;
  const { task, self, now } = draft;
  const note = `${self.id} waits for ${whatFor(waiting)} since ${waiting.since}: ${waiting.text}`;
  const message: ProgressMessage = {
    ...draft.envelope("progress", "human", task.task_id, subtask, 1),
    type: "progress",
    note: `${note.slice(0, 1_500)}. ${commandsFor(waiting, task.task_id, subtask)}`,
    body: { text: "" },
  };
  draft.send(message);
  const remindAt = now.running + parseDuration(self.limits.reminder);
  setWaiting(draft, { ...waiting, remind: remindAt, reminded: (waiting.reminded ?? 0) + 1 }, subtask);
}

function whatFor(waiting: Waiting): string {
  return waiting.for === "person" ? "a person to do it" : `an ${waiting.for}`;
}

/** The commands that end a wait, for people. */
function commandsFor({ for: kind }: Waiting, taskId: string, subtask: string | undefined): string {
  const name = subtask === undefined ? taskId : `${taskId}/${subtask}`;
  switch (kind) {
    case "approval":
      return `clawflow approve ${name}, or clawflow reject ${name} "<why>"`;
    case "answer":
      return `clawflow answer ${name} "<text>"`;
    case "person":
      return `clawflow done ${name} FILE, or clawflow plan ${name} FILE`;
    default:
      return kind satisfies never;
  }
}

/** Work that is a person's own has no time but that of the task. */
function timesOf({ self, now }: Draft, kind: Waiting["for"]): Pick<Waiting, "due" | "remind"> {
  const reminder = parseDuration(self.limits.reminder);
  return {
    ...(kind === "person" ? {} : { due: now.running + parseDuration(self.limits.answer) }),
    ...(reminder === 0 ? {} : { remind: now.running + reminder }),
  };
}

function setWaiting(draft: Draft, waiting: Waiting | null, subtask?: string): void {
  if (subtask === undefined) draft.set({ waiting });
  else draft.setSubtask(subtask, { waiting });
}
