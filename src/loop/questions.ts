import { errorText } from "../protocol/errors.ts";
import { questionId } from "../protocol/ids.ts";
import type { Asking } from "../protocol/task.ts";
import { titleFrom } from "../protocol/title.ts";
import { remaining } from "./budget.ts";
import type { Draft } from "./draft.ts";
import { earliest } from "./earliest.ts";
import { reachablePeers } from "./peers.ts";
import type { Ask, LoopQuestion } from "./types.ts";
import { upstreamContext } from "./upstream.ts";
import { waitForPerson } from "./waiting.ts";

/** Opens a question: it stands in task.md from here until its outcome is taken or it is closed. */
export function openQuestion(
  draft: Draft,
  kind: Asking["kind"],
  subtask?: string,
  problem?: { text: string; refused?: true },
): void {
  const question = questionId(draft.task.task_id, draft.nextNumber());
  const asking: Asking = { question, kind, asked: 1, since: draft.now.wall };
  // During a pause a question is only noted; the timer puts it when the work goes on.
  const paused = isPaused(draft, subtask);
  if (paused) Object.assign(asking, { asked: 0, not_before: draft.now.running });
  if (problem !== undefined) asking.problem = problem.text;
  if (problem?.refused === true) asking.refused = true;
  if (subtask !== undefined) draft.setSubtask(subtask, { asking });
  else draft.set({ asking });
  if (draft.self.person !== undefined && kind !== "script")
    waitForPerson(draft, { for: "person", text: turnOf(draft, kind, subtask), question }, subtask);
  else if (!paused) putQuestion(draft, asking, subtask);
}

/** What a person who is the brain has before them. */
function turnOf({ task, nodes }: Draft, kind: Asking["kind"], subtask: string | undefined): string {
  if (subtask !== undefined) return titleOf(nodes.get(subtask)?.description ?? "", subtask);
  return kind === "consider" ? task.title : `${kind}: ${task.title}`;
}

function isPaused({ task, nodes }: Draft, subtask: string | undefined): boolean {
  return task.paused === true || (subtask !== undefined && nodes.get(subtask)?.paused === true);
}

/** The same question once more: after a restart, or after a passing error. */
export function askAgain(draft: Draft, asking: Asking, subtask?: string): void {
  const { not_before: _, pid: __, started: ___, ...rest } = asking;
  const paused = isPaused(draft, subtask);
  const again: Asking = paused
    ? { ...rest, not_before: draft.now.running }
    : { ...rest, asked: asking.asked + 1 };
  if (subtask === undefined) draft.set({ asking: again });
  else draft.setSubtask(subtask, { asking: again });
  if (!paused) putQuestion(draft, again, subtask);
}

/**
 * After a restart. Of many that wait for a free place most were never begun: each is noted as asked once more when it has its turn, or a start
 * would write every open task anew. One that is known to have been begun is put at once, and what is noted of its process goes.
 */
export function resumeQuestion(draft: Draft, asking: Asking, subtask?: string): void {
  const waits = asking.pid === undefined && asking.kind !== "script" && draft.self.person === undefined;
  if (!waits || isPaused(draft, subtask)) askAgain(draft, asking, subtask);
  else putQuestion(draft, { ...asking, asked: asking.asked + 1 }, subtask, { resumed: true });
}

/** Ends an open question without an outcome; what its brain still says is late. */
export function closeQuestion(draft: Draft, subtask?: string): void {
  const asking = subtask === undefined ? draft.task.asking : draft.subtask(subtask).asking;
  if (asking === undefined) return;
  draft.stop(asking.question);
  if (subtask === undefined) draft.set({ asking: null });
  else draft.setSubtask(subtask, { asking: null });
}

/** Which question of the task that is: the one put to it as a whole, or that of a subtask of its own. */
export function findQuestion(
  draft: Draft,
  question: string,
): { asking: Asking; subtask?: string } | undefined {
  const { asking } = draft.task;
  if (asking?.question === question) return { asking };
  for (const [id, subtask] of draft.nodes) {
    if (subtask.asking?.question === question) return { asking: subtask.asking, subtask: id };
  }
  return undefined;
}

function putQuestion(
  draft: Draft,
  asking: Asking,
  subtask: string | undefined,
  how: Pick<Ask, "resumed"> = {},
): void {
  const { task } = draft;
  if (asking.kind === "script") {
    draft.run({ task: task.task_id, question: asking.question });
    return;
  }
  // A person is not asked as a program is: the open question stands in task.md, the outcome comes as a message.
  if (draft.self.person !== undefined) return;
  const due = subtask === undefined ? task.deadline : earliest(task.deadline, draft.subtask(subtask).due);
  const question: LoopQuestion = {
    kind: asking.kind,
    question: asking.question,
    asked: asking.asked,
    task: subtask === undefined ? wholeTask(draft) : ownSubtask(draft, subtask),
    peers:
      asking.kind === "synthesise"
        ? []
        : reachablePeers(draft.self, task).map(({ id, description }) => ({ id, description })),
  };
  if (asking.problem !== undefined) question.problem = asking.problem;
  if (asking.kind === "synthesise") question.results = resultsOf(draft);
  if (due !== undefined) question.task.deadline_in = Math.max(0, due - draft.now.running);
  draft.ask({
    task: task.task_id,
    question,
    ...(subtask === undefined ? {} : { subtask }),
    ...(due === undefined ? {} : { deadline: due }),
    ...how,
  });
}

function wholeTask({ task, nodes }: Draft): LoopQuestion["task"] {
  const { instructions, context, expected_output } = task.text;
  const budget = remaining(task, nodes);
  return {
    task_id: task.task_id,
    title: task.title,
    instructions,
    context,
    expected_output,
    depth: task.trace.depth,
    attempt: task.reply_to.attempt,
    ...(budget === undefined ? {} : { budget }),
    ...(task.attachments === undefined ? {} : { attachments: task.attachments }),
  };
}

function ownSubtask(draft: Draft, id: string): LoopQuestion["task"] {
  const subtask = draft.subtask(id);
  const upstream = upstreamContext(draft, id);
  for (const blob of upstream.blobs) draft.blob(blob.sha256, blob.text);
  return {
    ...wholeTask(draft),
    title: titleOf(subtask.description, id),
    instructions: subtask.instructions ?? subtask.description,
    context: upstream.context,
    expected_output: subtask.expected_output ?? "",
    attempt: subtask.attempt,
    ...(subtask.granted === undefined ? {} : { budget: subtask.granted }),
    ...(upstream.attachments.length === 0 ? {} : { attachments: upstream.attachments }),
  };
}

function resultsOf({ nodes }: Draft): NonNullable<LoopQuestion["results"]> {
  const results: NonNullable<LoopQuestion["results"]> = {};
  for (const [id, { status, results: text, error, result_summary: summary, attachments }] of nodes) {
    if (status === "pending" || status === "dispatched") continue;
    results[id] = { status, results: text ?? "" };
    if (error !== undefined) results[id].error = error;
    if (summary !== undefined) results[id].summary = summary;
    if (attachments !== undefined) results[id].attachments = attachments;
  }
  return results;
}

/** The first line of a description, or the id where there is none. */
export function titleOf(description: string, id: string): string {
  return titleFrom(description) || id;
}

/** What a brain whose answer the rules refuse is told: it is asked once more, and only once. */
export function refusedAnswer(error: unknown): { text: string; refused: true } {
  return { text: `Your last answer was refused. ${errorText(error)}`, refused: true };
}
