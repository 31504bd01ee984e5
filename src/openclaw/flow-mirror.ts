import type { Clock } from "../host/clock.ts";
import { isFinal } from "../loop/phase.ts";
import { errorText } from "../protocol/errors.ts";
import { isPlainObject } from "../protocol/plain-value.ts";
import type { Task } from "../protocol/task.ts";
import { waitsOf } from "./chat-news.ts";
import type { BoundFlows, FlowRecord, FlowResult } from "./types.ts";

export interface MirrorPorts {
  clock: Pick<Clock, "after">;
  flows(sessionKey: string): BoundFlows;
  task(agent: string, id: string): Readonly<Task> | undefined;
  /** The session in whose list a job stands. */
  sessionOf(agent: string, id: string): string;
  onProblem(text: string): void;
}

const CONTROLLER = "clawflow";
/** Milliseconds for which changes of a job are gathered. */
const GATHER = 500;
const OVER: readonly FlowRecord["status"][] = ["succeeded", "failed", "cancelled", "lost"];
/** Times that another's change of a flow is met before it is left for the next change of the job. */
const MOST_TRIES = 3;

/**
 * Shows how jobs go in OpenClaw's own list of flows. It is made of the tasks, never read for them: a flow that is lost is made anew at the
 * next change, and what somebody else wrote there is written over.
 */
export class FlowMirror {
  readonly #ports: MirrorPorts;
  readonly #due = new Map<string, () => void>();
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(ports: MirrorPorts) {
    this.#ports = ports;
  }

  /** The job, or one of which it is a part, may have changed. */
  look(agent: string, id: string): void {
    const { trace } = this.#ports.task(agent, id) ?? {};
    if (trace !== undefined) this.#soon(trace.path[0] ?? agent, trace.root);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
    await this.#turn;
  }

  #soon(agent: string, id: string): void {
    const key = `${agent}/${id}`;
    if (this.#stopped || this.#due.has(key)) return;
    const show = () => {
      this.#due.delete(key);
      this.#turn = this.#turn.then(() => this.#show(agent, id));
    };
    this.#due.set(key, this.#ports.clock.after(GATHER, show));
  }

  async #show(agent: string, id: string): Promise<void> {
    const task = this.#ports.task(agent, id);
    if (task === undefined || this.#stopped) return;
    try {
      const flows = this.#ports.flows(this.#ports.sessionOf(agent, id));
      for (let tries = 0; tries < MOST_TRIES; tries++) if (await write(flows, agent, task)) return;
    } catch (error) {
      this.#ports.onProblem(`OpenClaw's list of flows does not show ${id}: ${errorText(error)}`);
    }
  }
}

/** @returns false where the flow was changed by another meanwhile */
async function write(flows: BoundFlows, agent: string, task: Readonly<Task>): Promise<boolean> {
  const { task_id, title } = task;
  const found = (await flows.list()).filter((flow) => isOf(flow, agent, task_id));
  const open = found.find(({ status }) => !OVER.includes(status));
  const state = { agent, task_id };
  if (open === undefined) {
    // What ended is not shown anew; a job that goes on again has a flow of its own.
    if (isFinal(task)) return true;
    const flow = await flows.createManaged({
      controllerId: CONTROLLER,
      goal: title,
      status: "running",
      notifyPolicy: "silent",
      currentStep: stepOf(task),
      stateJson: state,
    });
    return (
      waitsOf(task).length === 0 ||
      applied(await flows.setWaiting({ ...revisionOf(flow), currentStep: stepOf(task) }))
    );
  }
  const change = { ...revisionOf(open), stateJson: state };
  if (task.status === "done") return applied(await flows.finish(change));
  if (isFinal(task))
    return applied(await flows.fail({ ...change, blockedSummary: task.error ?? task.status }));
  const currentStep = stepOf(task);
  const status = waitsOf(task).length > 0 || task.paused === true ? "waiting" : "running";
  if (open.status === status && open.currentStep === currentStep) return true;
  if (status === "waiting") return applied(await flows.setWaiting({ ...change, currentStep }));
  return applied(await flows.resume({ ...change, status, currentStep }));
}

function revisionOf({ flowId, revision }: FlowRecord) {
  return { flowId, expectedRevision: revision };
}

function applied(result: FlowResult): boolean {
  return result.applied || result.code !== "revision_conflict";
}

function isOf({ controllerId, stateJson }: FlowRecord, agent: string, id: string): boolean {
  return (
    controllerId === CONTROLLER &&
    isPlainObject(stateJson) &&
    stateJson.agent === agent &&
    stateJson.task_id === id
  );
}

/** Where it stands, in a line. */
function stepOf(task: Readonly<Task>): string {
  const [wait] = waitsOf(task);
  if (wait !== undefined)
    return `waits for ${wait.waiting.for === "person" ? "a person" : `an ${wait.waiting.for}`}: ${wait.name}`;
  if (task.paused === true) return "paused";
  const all = [...task.subtasks.values()];
  if (all.length === 0) return task.status;
  const done = all.filter(({ status }) => status !== "pending" && status !== "dispatched").length;
  return `${task.status}: ${done} of ${all.length} pieces ended`;
}
