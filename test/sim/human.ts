import type { HostEvent } from "../../src/host/events.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { ControlMessage, OutcomeMessage, TaskMessage } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import type { Script as ScriptFields } from "../../src/protocol/script.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { makeWorkspace } from "../../src/store/make-workspace.ts";
import { chance, type Random, upTo } from "./random.ts";
import type { Job } from "./scenario.ts";
import type { ScriptNode } from "./script-node.ts";
import type { VirtualLife } from "./virtual-life.ts";

/** What a person gave: where the file went, and whether it is certain that it stands there. */
export interface Given {
  job: Job;
  node: ScriptNode;
  taskId: string;
  path: string;
  text: string;
  state: "under way" | "stands" | "doubtful";
  /** It could not be written whole, and is given again soon. */
  failed?: true;
}

/** A control, and whether it was given for certain. */
interface Said {
  job: Job;
  control: ControlMessage["control"];
  name: string;
  text: string;
  done: boolean;
}

/** What a person asks for. */
export interface JobWork {
  instructions: string;
  script?: ScriptFields;
}

export interface Desk {
  work(job: Job, node: ScriptNode): JobWork;
  random: Random;
  workspace(agent: string): string;
  hint(agent: string): void;
  note(agent: string, text: string): void;
}

/** A person at the machine: gives work, and interferes. What cannot be written is tried again later. */
export class Human {
  readonly given: Given[] = [];
  private readonly desk: Desk;
  private life: VirtualLife;
  private controls = 0;
  private decisions = 0;
  private readonly said: Said[] = [];

  constructor(desk: Desk, life: VirtualLife) {
    this.desk = desk;
    this.life = life;
  }

  /** After a power cut: what was being written is not trusted any more, and given again under another id. */
  comeBack(life: VirtualLife): void {
    this.life = life;
    for (const given of this.given.filter(({ state }) => state === "under way")) {
      if (given.job.how === "send") this.carry(given);
      else this.giveAnew(given);
    }
    for (const said of this.said) if (!said.done) this.say(said);
  }

  /** Whether a file of that name was written in part when the power was cut; that it was removed may be lost with the next cut. */
  isDoubtful(name: string): boolean {
    return this.given.some(
      ({ state, failed, path }) => (state === "doubtful" || failed === true) && path.endsWith(`/${name}`),
    );
  }

  /** Everything was said that was to be. */
  get isDone(): boolean {
    return this.said.every(({ done }) => done);
  }

  give(job: Job, node: ScriptNode, taskId = job.id): void {
    const message = this.messageOf(job, taskId, node);
    const own = messageFileName(message);
    const name = job.how === "send" ? own : taskId === job.id ? job.name : `${taskId}.md`;
    const path = `${this.desk.workspace(job.agent)}/mailbox/inbox/${name}`;
    const given: Given = { job, node, taskId, path, text: formatMessage(message), state: "under way" };
    this.given.push(given);
    this.carry(given);
  }

  /** The TASK that `give` sends. */
  messageOf(job: Job, taskId: string, node: ScriptNode): TaskMessage {
    return taskOf(job, taskId, this.desk.work(job, node));
  }

  /** What an agent's own brain says from outside its host. */
  outcomeOf(agent: string, task: string, question: string, id: string): OutcomeMessage {
    const own = { ...envelope(agent, task, id), from: agent };
    return { ...own, type: "outcome", question, outcome: "results", body: { text: `the answer of ${id}` } };
  }

  control(job: Job, control: ControlMessage["control"]): void {
    const id = `h-control-${++this.controls}`;
    const message: ControlMessage = {
      ...envelope(job.agent, job.id, id),
      type: "control",
      control,
      body: { text: "" },
    };
    const said: Said = {
      job,
      control,
      name: messageFileName(message),
      text: formatMessage(message),
      done: false,
    };
    this.said.push(said);
    this.say(said);
  }

  /** It is this person's turn: they decide after a while, or forget it until they are reminded. */
  decide({ agent, task, subtask, for: kind }: HostEvent & { type: "task:waiting" }, slowness: number): void {
    const { random } = this.desk;
    if (kind === "person" || chance(random, 0.1)) return;
    const message: ControlMessage = {
      ...envelope(agent, task, `h-decide-${++this.decisions}`),
      ...(subtask === undefined ? {} : { subtask_id: subtask }),
      type: "control",
      control: kind === "approval" ? "approve" : "answer",
      body: { text: "yes" },
    };
    const { life } = this;
    const wait = upTo(random, slowness);
    this.insist(async () => {
      await life.sleep(wait);
      const delivery = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
      await deliverInto(life.disk, this.desk.workspace(agent), delivery, { sync: true });
      this.desk.note(agent, `a person decides: ${message.control} of ${task}`);
      this.desk.hint(agent);
    });
  }

  private say(said: Said): void {
    const { job, control, name, text } = said;
    const { life } = this;
    const workspace = this.desk.workspace(job.agent);
    this.insist(async () => {
      // Two that wait at the same time are taken in the order in which they were said.
      const earlier = this.said.slice(0, this.said.indexOf(said));
      while (earlier.some((other) => !other.done)) await life.sleep(1000);
      await makeWorkspace(life.disk, workspace);
      await deliverInto(life.disk, workspace, { name, bytes: Buffer.from(text) }, { sync: true });
      said.done = true;
      this.desk.note(job.agent, `a person says ${control} of ${job.id}`);
      this.desk.hint(job.agent);
    });
  }

  private carry(given: Given): void {
    const { job, path, text } = given;
    const { life } = this;
    const workspace = this.desk.workspace(job.agent);
    this.insist(async () => {
      await makeWorkspace(life.disk, workspace);
      if (job.how === "send") {
        const delivery = { name: path.slice(path.lastIndexOf("/") + 1), bytes: Buffer.from(text) };
        await deliverInto(life.disk, workspace, delivery, { sync: true });
      } else {
        try {
          if (job.how === "grow") await this.grow(life, path, Buffer.from(text));
          else life.disk.create(path, text);
          await life.disk.sync([path], [path.slice(0, path.lastIndexOf("/"))]);
        } catch {
          given.failed = true;
          await life.sleep(1000);
          this.giveAnew(given);
          return;
        }
      }
      given.state = "stands";
      this.desk.note(
        job.agent,
        `a person gives ${given.taskId}${job.how === "send" ? "" : ` (${job.name})`}`,
      );
      this.desk.hint(job.agent);
    });
  }

  /** As `scp` writes: a part, a pause, a part. */
  private async grow(life: VirtualLife, path: string, bytes: Uint8Array): Promise<void> {
    if (life.disk.stat(path) !== undefined) life.disk.unlink(path);
    const file = life.disk.openAppend(path);
    try {
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + 1 + upTo(this.desk.random, bytes.length / 3));
        file.append(bytes.subarray(at, end));
        at = end;
        await life.sleep(upTo(this.desk.random, 400));
      }
    } finally {
      if (life.alive) file.close();
    }
  }

  private insist(work: () => Promise<void>): void {
    const { life } = this;
    work().catch(async (error: Error) => {
      if (!life.alive || error.name === "ProcessDied") return;
      this.desk.note("human", `could not: ${error.message}`);
      await life.sleep(1000);
      this.insist(work);
    });
  }

  /** A file that was written in part may have been taken as it was: it is given anew, under another id. */
  private giveAnew(given: Given): void {
    given.state = "doubtful";
    if (this.life.disk.stat(given.path) !== undefined) this.life.disk.unlink(given.path);
    this.give(given.job, given.node, `${given.taskId}b`);
  }
}

function taskOf(
  { id, agent, budget, deadline, taskId: own }: Job,
  taskId: string,
  { instructions, script }: JobWork,
): TaskMessage {
  return {
    ...envelope(agent, taskId, own === undefined ? `h-${taskId}` : `h-${id}${taskId.slice(own.length)}`),
    type: "task",
    ...(budget === undefined ? {} : { budget }),
    ...(deadline === undefined ? {} : { deadline_in: deadline }),
    ...(script === undefined ? {} : { script }),
    body: { title: `Job ${taskId}`, instructions, context: "", expected_output: "" },
  };
}

function envelope(agent: string, taskId: string, id: string) {
  return {
    clawflow: 2 as const,
    version: 2 as const,
    id,
    task_id: taskId,
    attempt: 1,
    from: "human",
    to: agent,
    sent_at: "2026-11-20T12:00:00.000Z",
  };
}
