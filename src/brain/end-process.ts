import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { listProcesses, type ProcessEntry, processEnvironment, readProcess } from "./process-table.ts";

/** What the environment of every process of one question carries. */
export interface ProcessMark {
  question: string;
  /** Two workspaces may have tasks, and so questions, of the same name; given, it must fit too. */
  workspace?: string | undefined;
}

export interface EndOptions {
  mark?: ProcessMark | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. Default: 2000. */
  grace?: number | undefined;
  /** Milliseconds after which what cannot be killed is given up. Default: 5000, after the grace. */
  limit?: number | undefined;
}

/** A brain of a host that is gone: `pid` and `started` as `onProcess` was given them. */
export interface Leftover extends ProcessMark {
  pid?: number | undefined;
  started?: string | undefined;
}

const GRACE = 2000;
const LIMIT = 5000;
/** How long running members are frozen before the first is killed, so that none can fork while others die. */
const FREEZING = 250;

/**
 * Ends a brain with every process it started: SIGTERM, after the grace SIGKILL, until none is left. To it belong
 * its group and session, all that carry the mark in their environment (they may have left the session), and all
 * descendants of those. Beyond reach is only what left the session, dropped the environment and lost its parent
 * before it was first looked for. Where there is no `/proc`, the group is all. Answers whether all are gone.
 */
export async function endProcessGroup(pid: number, options: EndOptions = {}): Promise<boolean> {
  return end(new Family(pid, options.mark), options);
}

/**
 * Ends what a killed host left running. A recorded pid counts only while its start time is the recorded one: the
 * number may be another's by now. Never rejects for a process that cannot be ended.
 */
export async function endLeftovers(
  leftovers: readonly Leftover[],
  options: EndOptions = {},
  list = listProcesses,
): Promise<void> {
  if (leftovers.length === 0) return;
  // One look for all: a host may have had thousands of questions open, and a process for few of them or none.
  const environments = list().flatMap(markedEnvironment);
  const running = leftovers.filter((leftover) => {
    const marks = environmentOf(leftover);
    return hasProcess(leftover) || environments.some((environment) => carries(environment, marks));
  });
  await Promise.all(running.map((leftover) => end(familyOf(leftover, list), options)));
}

/**
 * For a brain that exited by itself: ends its process group alone. What left the group did so to live on, as
 * daemons do, and is left alone. The promise needs no waiting for.
 */
export async function endRestOfGroup(pid: number, grace = GRACE): Promise<void> {
  if (!signal(-pid, "SIGTERM")) return;
  const until = performance.now() + grace;
  for (let pause = 10; performance.now() < until; pause = Math.min(pause * 2, 100)) {
    await delay(pause);
    if (!signal(-pid, 0)) return;
  }
  signal(-pid, "SIGKILL");
}

function familyOf(leftover: Leftover, list: typeof listProcesses): Family {
  return new Family(hasProcess(leftover) ? leftover.pid : undefined, leftover, list);
}

function hasProcess({ pid, started }: Leftover): boolean {
  return pid !== undefined && started !== undefined && readProcess(pid)?.started === started;
}

async function end(family: Family, { grace = GRACE, limit = LIMIT }: EndOptions): Promise<boolean> {
  family.signal("SIGTERM");
  if (await family.goneWithin(grace)) return true;
  return family.killWithin(limit);
}

/** The processes that belong to one brain, found anew at each look; what once belonged does so for ever. */
class Family {
  private readonly pid: number | undefined;
  private readonly marks: readonly string[];
  private readonly list: typeof listProcesses;
  private readonly known = new Set<string>();

  constructor(pid: number | undefined, mark: ProcessMark | undefined, list = listProcesses) {
    this.list = list;
    this.pid = pid !== undefined && isForeign(pid) ? pid : undefined;
    this.marks = mark === undefined ? [] : environmentOf(mark);
  }

  /** Sends it to all members at this instant. */
  signal(name: NodeJS.Signals): void {
    if (this.pid !== undefined) signal(-this.pid, name);
    for (const member of this.members()) if (member.group !== this.pid) signal(member.pid, name);
  }

  async goneWithin(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    for (let pause = 10; this.lives(); pause = Math.min(pause * 2, 100)) {
      const left = until - performance.now();
      if (left <= 0) return false;
      await delay(Math.min(pause, left));
    }
    return true;
  }

  async killWithin(ms: number): Promise<boolean> {
    const begun = performance.now();
    while (this.lives()) {
      const now = performance.now() - begun;
      if (now > ms) return false;
      const members = this.members();
      const running = members.filter((member) => !member.stopped);
      if (running.length > 0 && now < FREEZING) for (const member of running) signal(member.pid, "SIGSTOP");
      else this.signal("SIGKILL");
      await delay(2);
    }
    return true;
  }

  private lives(): boolean {
    if (existsSync("/proc/self/stat")) return this.members().length > 0;
    return this.pid !== undefined && signal(-this.pid, 0);
  }

  private members(): ProcessEntry[] {
    const all = this.list().filter((entry) => entry.pid !== process.pid);
    const members = new Map<number, ProcessEntry>();
    let added = all.filter((entry) => this.owns(entry));
    while (added.length > 0) {
      for (const entry of added) members.set(entry.pid, entry);
      added = all.filter((entry) => members.has(entry.parent) && !members.has(entry.pid));
    }
    for (const entry of members.values()) this.known.add(keyOf(entry));
    return [...members.values()];
  }

  private owns(entry: ProcessEntry): boolean {
    if (this.known.has(keyOf(entry))) return true;
    if (this.pid !== undefined && (entry.group === this.pid || entry.session === this.pid)) return true;
    if (this.marks.length === 0) return false;
    const environment = processEnvironment(entry.pid);
    return environment !== undefined && carries(environment, this.marks);
  }
}

const QUESTION = "CLAWFLOW_QUESTION=";

/** Of a process of any question; of others and our own nothing. */
function markedEnvironment({ pid }: ProcessEntry): string[][] {
  const environment = pid === process.pid ? undefined : processEnvironment(pid);
  return environment?.some((entry) => entry.startsWith(QUESTION)) === true ? [environment] : [];
}

function carries(environment: readonly string[], marks: readonly string[]): boolean {
  return marks.every((mark) => environment.includes(mark));
}

/** Bytes as latin1, as `processEnvironment` gives them. */
function environmentOf({ question, workspace }: ProcessMark): string[] {
  const marks = [`${QUESTION}${question}`];
  if (workspace !== undefined) marks.push(`CLAWFLOW_WORKSPACE=${workspace}`);
  return marks.map((mark) => Buffer.from(mark, "utf8").toString("latin1"));
}

/** A number from a file may be anything: 0 and 1 would reach every process, our own group ourselves. */
function isForeign(pid: number): boolean {
  const own = readProcess(process.pid);
  return pid > 1 && pid !== process.pid && pid !== own?.group && pid !== own?.session;
}

function keyOf(entry: ProcessEntry): string {
  return `${entry.pid}:${entry.started}`;
}

/** Whether there was somebody to send it to. Another user's process (EPERM) is none that we could end. */
function signal(target: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, name);
  } catch {
    return false;
  }
}
