import { setTimeout as pause } from "node:timers/promises";
import type { Host } from "../host/host.ts";
import type { Work } from "../host/submit.ts";
import { submitTask, taskOfPerson } from "../host/submit.ts";
import { isFinal } from "../loop/phase.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { messageFileName } from "../protocol/ids.ts";
import { type Answer, readAnswer } from "../view/answer.ts";
import { openRoot, type RootView } from "../view/root-view.ts";
import { taskTree, treeNodes } from "../view/task-tree.ts";
import { againWith } from "./command-text.ts";
import { eventLines, noteLine } from "./event-lines.ts";
import { hostViews } from "./host-tree.ts";
import type { Io } from "./io.ts";
import { drawLive } from "./live-tree.ts";
import { isHeld, openHost } from "./open-host.ts";
import type { CommonOptions, Place } from "./place.ts";
import { putMessage } from "./put-message.ts";
import { type StopSignal, stopSignal, unlessAborted } from "./stop-signal.ts";
import { deadLetter, waitForAnswer } from "./wait-for-answer.ts";

export interface JobOptions extends CommonOptions {
  /** As it was given: 30s, 5m, 2h. */
  timeout?: string;
  /** The same in milliseconds. */
  patience?: number;
}

/** What is to be done: new work, or a task that is there. */
export type Job = { agent: string; work: Work } | { agent: string; task_id: string };

/** Brains that were told to end get so long after the job is over. */
const SETTLE = 2_000;

/**
 * Hosts the agents, gives them the work and waits for the answer; where another process hosts them, sends it there and waits.
 *
 * @throws E_TIMEOUT, E_CANCELLED with how to go on, when the wait was given up
 */
export async function runJob(io: Io, place: Place, job: Job, options: JobOptions): Promise<Answer> {
  const stop = stopSignal(options.patience);
  try {
    const host = await hostUnlessHeld(io, place);
    return host === undefined
      ? await waitElsewhere(io, place, job, stop, options)
      : await runHere(io, place, host, job, stop, options);
  } finally {
    stop.release();
  }
}

async function hostUnlessHeld(io: Io, place: Place): Promise<Host | undefined> {
  try {
    return await openHost(place, { io });
  } catch (error) {
    if (!isHeld(error)) throw error;
    io.err("Another process hosts these agents: the work is sent there.\n");
    return undefined;
  }
}

async function waitElsewhere(
  io: Io,
  place: Place,
  job: Job,
  stop: StopSignal,
  options: JobOptions,
): Promise<Answer> {
  let waited: { agent: string; task_id: string; message?: string };
  if ("work" in job) {
    const message = taskOfPerson(job.agent, job.work, new Date().toISOString());
    await putMessage(place, job.agent, message);
    waited = { agent: job.agent, task_id: message.task_id, message: messageFileName(message) };
    io.err(`Sent to ${job.agent}: ${message.task_id}\n`);
  } else waited = job;
  const answer = await waitForAnswer(io, place, waited, stop.signal);
  if (answer === undefined) throw stopped(io, stop, waited.task_id, options);
  return answer;
}

async function runHere(
  io: Io,
  place: Place,
  host: Host,
  job: Job,
  stop: StopSignal,
  options: JobOptions,
): Promise<Answer> {
  const views = hostViews(host, place);
  let task_id: string | undefined = "task_id" in job ? job.task_id : undefined;
  const readTree = () => {
    const view = views();
    const task = task_id === undefined ? undefined : view.task(job.agent, task_id);
    return task === undefined ? undefined : taskTree(view, job.agent, task);
  };
  const live = io.terminal.err ? drawLive(io, readTree) : undefined;
  if (live === undefined) host.on(eventLines(io));
  else host.on((event) => withLine(noteLine(event, io), live.note));
  let ended: { over: true } | undefined;
  try {
    await host.start();
    const refused = whenRefused(host, place, job.agent, () => task_id);
    if ("work" in job) task_id = (await submitTask(host, job.agent, job.work)).task_id;
    const over = host.finished(job.agent, task_id as string).then(() => ({ over: true as const }));
    ended = await unlessAborted(stop.signal, Promise.race([over, refused]));
    if (ended !== undefined)
      await settle(views, { agent: job.agent, task_id: task_id as string }, stop.signal);
  } finally {
    live?.stop();
    await host.stop();
  }
  if (ended === undefined) throw stopped(io, stop, task_id as string, options);
  return answerOf(place, job.agent, task_id as string);
}

function withLine(line: string | undefined, show: (line: string) => void): void {
  if (line !== undefined) show(line);
}

/** Rejects when the TASK itself ends among the dead letters: then no task will ever be finished. */
function whenRefused(host: Host, place: Place, agent: string, id: () => string | undefined): Promise<never> {
  return new Promise((_, reject) => {
    host.on((event) => {
      if (event.type !== "message:dead" || event.agent !== agent) return;
      if (event.name.startsWith(`task-${id() ?? "?"}-`)) reject(deadLetter(place, agent, event.name));
    });
  });
}

/** What a failed job still has under way is told to end; it gets a moment to. */
async function settle(
  views: () => RootView,
  { agent, task_id }: { agent: string; task_id: string },
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + SETTLE;
  while (performance.now() < until && !signal.aborted) {
    if (!isUnderWay(views(), agent, task_id)) return;
    await pause(20);
  }
}

/** A subtask that was given up is final here before its agent knows: its attempt is `silent` until the agent has told how it ended. */
function isUnderWay(view: RootView, agent: string, id: string): boolean {
  const root = view.task(agent, id);
  if (root === undefined) return false;
  for (const { agent: owner, task_id } of treeNodes(taskTree(view, agent, root))) {
    const task = task_id === undefined ? undefined : view.task(owner, task_id);
    if (task === undefined) continue;
    const isWaiting = [...task.subtasks.values()].some(({ silent = [] }) => silent.length > 0);
    if (isWaiting || !isFinal(task)) return true;
  }
  return false;
}

function answerOf(place: Place, agent: string, id: string): Answer {
  const view = openRoot(place.disk, place.agents);
  const task = view.task(agent, id);
  const answer = task !== undefined && isFinal(task) ? readAnswer(view, agent, task) : undefined;
  if (answer !== undefined) return answer;
  throw new ClawflowError("E_STATE", "the task is finished, but its answer cannot be read", { at: id });
}

function stopped(io: Io, stop: StopSignal, id: string, options: JobOptions): ClawflowError {
  const hint = `Nothing is lost; go on with: ${againWith(io, ["run", "--resume", id], options)}`;
  return stop.reason() === "timeout"
    ? new ClawflowError("E_TIMEOUT", `${id} is not finished after ${options.timeout}`, { hint })
    : new ClawflowError("E_CANCELLED", `stopped before ${id} was finished`, { hint });
}
