import type { HostEvent } from "../../src/host/events.ts";

/** Problems that the people of the simulated machine make, and its disk: then the host fails, which is looked at where it does. */
const EXPECTED = /^(changed-while-read|E_DISK|E_DISK_FULL):|is to be sent again: E_DISK(_FULL)?:/;

/** A person who was reminded may have said it already. */
const TOO_LATE = /^E_STATE: (approve|answer): nothing waits for/;

/** One line of the story. */
export interface Entry {
  at: number;
  who: string;
  text: string;
}

/**
 * What hosts have said so far: each thing was durable when it was said, so it must hold from there on, through every crash. Complains as
 * soon as two of them contradict each other.
 */
export class Ledger {
  readonly history: Entry[] = [];
  readonly faults: string[] = [];
  /** Final states, by `<agent>/<task>`. */
  readonly finals = new Map<string, string>();
  readonly created = new Set<string>();
  readonly sent = new Map<string, { agent: string; to: string; id: string; kind: string }>();
  private readonly now: () => number;
  private readonly isSteered: (task: string) => boolean;
  private readonly mayDie: (event: HostEvent & { type: "message:dead" }) => boolean;

  /** @param mayDie whether people made the message so, or what it is about, that it cannot be taken */
  constructor(
    now: () => number,
    isSteered: (task: string) => boolean,
    mayDie: (event: HostEvent & { type: "message:dead" }) => boolean,
  ) {
    this.now = now;
    this.isSteered = isSteered;
    this.mayDie = mayDie;
  }

  note(who: string, text: string): void {
    this.history.push({ at: this.now(), who, text });
  }

  fault(text: string): void {
    this.note("FAULT", text);
    this.faults.push(text);
  }

  take(event: HostEvent): void {
    const who = "agent" in event ? event.agent : "host";
    this.note(who, describe(event));
    switch (event.type) {
      case "task:created": {
        const key = `${event.agent}/${event.task}`;
        if (this.created.has(key)) this.fault(`${key} was created twice`);
        this.created.add(key);
        return;
      }
      case "task:finished":
        this.finished(event.agent, event.task, event.status);
        return;
      case "task:changed":
        this.changed(event.agent, event.task, event.status);
        return;
      case "message:sent":
        this.sent.set(event.id, { agent: event.agent, to: event.to, id: event.id, kind: event.kind });
        return;
      case "agent:problem":
        if (!EXPECTED.test(event.text)) this.fault(`${event.agent} has a problem: ${event.text}`);
        return;
      case "message:dead":
        if (!this.isSteered(event.name) && !this.mayDie(event) && !TOO_LATE.test(event.text))
          this.fault(`${event.name} is dead: ${event.text}`);
    }
  }

  private finished(agent: string, task: string, status: string): void {
    const key = `${agent}/${task}`;
    const before = this.finals.get(key);
    if (before !== undefined && before !== status && !this.isSteered(task))
      this.fault(`${key} was ${before} and is ${status}`);
    this.finals.set(key, status);
  }

  private changed(agent: string, task: string, status: string): void {
    const key = `${agent}/${task}`;
    const before = this.finals.get(key);
    if (before === undefined || before === status) return;
    if (!this.isSteered(task)) this.fault(`${key} was ${before} and is ${status} again`);
    this.finals.delete(key);
  }
}

function describe(event: HostEvent): string {
  switch (event.type) {
    case "host:started":
      return `hosts ${event.agents.join(", ")}`;
    case "host:stopped":
      return "has stopped";
    case "host:failed":
      return `failed: ${event.error.message}`;
    case "task:created":
      return `takes ${event.task} from ${event.from}`;
    case "task:changed":
      return `${event.task} is ${event.status}`;
    case "task:waiting":
      return `${event.task}${event.subtask === undefined ? "" : `/${event.subtask}`} waits for a person (${event.for}): ${event.text}`;
    case "task:finished":
      return `${event.task} ends ${event.status}`;
    case "message:sent":
      return `sends ${event.kind} ${event.task}${event.subtask === undefined ? "" : `/${event.subtask}`} to ${event.to} (${event.id})`;
    case "message:dead":
      return `cannot take ${event.name}: ${event.text}`;
    case "agent:problem":
      // Of what a delivery stages the name alone is random.
      return `${event.agent}: ${event.text.replaceAll(/\bd-[0-9a-f]{24}\b/g, "d-*")}`;
    case "message:ignored":
      return `leaves ${event.id} aside: ${event.note}`;
    case "brain:asked":
      return `asks to ${event.kind} ${event.task}`;
    case "brain:answered":
      return `gets ${event.outcome} for ${event.task}`;
    case "script:said":
      return `${event.agent} ${event.task}: script: ${event.text}`;
    case "edit:taken":
      return `takes an edit of ${event.task}`;
    case "edit:refused":
      return `does not take an edit of ${event.task}: ${event.text}`;
    case "edit:kept":
      return `keeps what stood in task.md of ${event.task} as ${event.path}`;
  }
}
