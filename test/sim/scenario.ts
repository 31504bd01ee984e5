import type { Amounts } from "../../src/protocol/amounts.ts";
import type { Limits } from "../../src/protocol/team.ts";
import { HARMLESS_EDITS, STEERING_EDITS, type TaskEditing } from "./editor.ts";
import { MEDDLINGS, type Meddling } from "./meddle.ts";
import { chance, pick, type Random, randomFor, upTo } from "./random.ts";
import type { ScriptShape } from "./script.ts";

/** One run, written down before it begins: the same scenario gives the same history, and a part of it can be left out. */
export interface Scenario {
  seed: number;
  /** Agents of each host. */
  hosts: readonly (readonly string[])[];
  shape: ScriptShape;
  jobs: readonly Job[];
  network: Network;
  /** Milliseconds that a brain takes at most, mostly. */
  slowness: number;
  /** Milliseconds that a sync takes at most. */
  syncing: number;
  syncAll: boolean;
  /** The limits of the protocol itself, short enough to be met; then not every result is known. */
  tight: boolean;
  /** Limits of all hosts that are to be others than usual. */
  limits?: Partial<Limits>;
  /** Of names in a folder: whether `A` and `a` are one. Default: no. */
  ignoresCase?: boolean;
  disturbances: readonly Disturbance[];
}

export interface Job {
  id: string;
  /** The id that a person gives it, which jobs of other agents may have as well. Default: `id`. */
  taskId?: string;
  agent: string;
  at: number;
  /** `send`: as the command line does; `drop`: a file of some name, all at once; `grow`: one that is written slowly. */
  how: "send" | "drop" | "grow";
  name: string;
  /** A person interferes: how it ends is not known. */
  steered: boolean;
  /** What it may use: more than it needs, or so little that it may not suffice. */
  budget?: Amounts;
  /** Milliseconds in which it must be answered. */
  deadline?: number;
}

export interface Network {
  /** Of deliveries: never arrive, arrive without a receipt, arrive again later; receipts that never come. */
  lost: number;
  unanswered: number;
  repeated: number;
  silent: number;
  /** Milliseconds at most. */
  delay: number;
  /** Of changes from outside that the watcher tells of. */
  hints: number;
}

export type Disturbance =
  /** kill -9 in the n-th call of the disk from then on. */
  | { at: number; kind: "kill"; host: number; calls: number; down: number }
  | { at: number; kind: "power"; host: number; calls: number; down: number }
  /** SIGSTOP and SIGCONT. */
  | { at: number; kind: "freeze"; host: number; for: number }
  /** Stopped cleanly, started again later. */
  | { at: number; kind: "absent"; host: number; for: number }
  | { at: number; kind: "partition"; host: number; for: number }
  | { at: number; kind: "wall"; by: number }
  | { at: number; kind: "full"; room: number; for: number }
  | { at: number; kind: "eio"; call: "sync" | "datasync" | "syncAll" }
  /** A message that was sent before lies in its receiver's inbox again. */
  | { at: number; kind: "again"; choice: number; name: "same" | "other" }
  /** Somebody speaks who has no say in it, or too late. It is said as soon as there is something to be said to. */
  | { at: number; kind: "meddle"; what: Meddling; choice: number; for: number }
  /** A person edits a task.md of that job, in the way of some editor. */
  | ({ at: number; kind: "edit"; job: string; choice: number; for: number } & Pick<
      TaskEditing,
      "style" | "what" | "crlf"
    >)
  | { at: number; kind: "control"; job: string; control: "cancel" | "retry" | "pause"; for: number };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NAMES = [
  "Task 1.md",
  "todo (final).md",
  "Übersicht.md",
  "a.b.c.md",
  "TASK.md",
  "1.md",
  "task-like-1-x.md",
];

/** @param steps the most disturbances */
export function makeScenario(seed: number, steps = 7): Scenario {
  const random = randomFor(seed, "scenario");
  const hosts = makeHosts(random);
  const agents = hosts.flat();
  const tight = chance(random, 0.15);
  const jobs = Array.from({ length: pick(random, [1, 1, 1, 2, 3]) }, (_, index) =>
    makeJob(random, `j${index + 1}`, agents, tight),
  );
  const wild = chance(random, 0.7);
  const network: Network = {
    lost: wild ? random() * 0.3 : 0,
    unanswered: wild ? random() * 0.3 : 0,
    repeated: wild ? random() * 0.3 : 0,
    silent: wild && chance(random, 0.5) ? random() * 0.1 : 0,
    delay: pick(random, [0, 10, 500, 20 * SECOND]),
    hints: pick(random, [1, 1, 0.5, 0]),
  };
  const count = chance(random, 0.1) || steps === 0 ? 0 : 1 + upTo(random, steps - 1);
  return {
    seed,
    hosts,
    shape: {
      seed,
      agents,
      depth: pick(random, [1, 2, 2, 3, 3, 4, 5]),
      width: chance(random, 0.1) ? 10 : 4,
      failing: chance(random, 0.6),
    },
    jobs,
    network,
    slowness: pick(random, [0, 50, 2 * SECOND, 20 * SECOND]),
    syncing: pick(random, [0, 1, 20, 200]),
    syncAll: chance(random, 0.7),
    tight,
    disturbances: makeDisturbances(random, count, hosts.length, jobs),
  };
}

function makeHosts(random: Random): string[][] {
  const count = pick(random, [1, 1, 2, 2, 3]);
  let number = 0;
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + upTo(random, 3) }, () => "abcdefghijkl"[number++] ?? "z"),
  );
}

/** More than any job of these can use, however often it is divided; or not enough for most. */
const AMPLE: Amounts = { tasks: 1e9, tokens: 1e9, usd: 1e6 };

function makeJob(random: Random, id: string, agents: readonly string[], tight: boolean): Job {
  const scarce = { tasks: 1 + upTo(random, 20), tokens: 10 + upTo(random, 400) };
  const budget = chance(random, 0.5) ? { budget: tight ? scarce : AMPLE } : {};
  const deadline = tight && chance(random, 0.4) ? { deadline: 5 * SECOND + upTo(random, 5 * MINUTE) } : {};
  return {
    ...budget,
    ...deadline,
    id,
    agent: pick(random, agents),
    at: chance(random, 0.7) ? upTo(random, 2 * SECOND) : upTo(random, MINUTE),
    how: pick(random, ["send", "send", "drop", "grow"]),
    name: `${id} ${pick(random, NAMES)}`,
    steered: chance(random, 0.25),
  };
}

/** After many an edit the host dies before it could be taken. */
function makeDisturbances(random: Random, count: number, hosts: number, jobs: readonly Job[]): Disturbance[] {
  const made: Disturbance[] = [];
  while (made.length < count) {
    const disturbance = makeDisturbance(random, hosts, jobs);
    made.push(disturbance);
    if (disturbance.kind !== "edit" || made.length === count || !chance(random, 0.4)) continue;
    const at = disturbance.at + disturbance.for + upTo(random, 600);
    const kind = pick(random, ["kill", "kill", "power"] as const);
    made.push({
      at,
      kind,
      host: upTo(random, hosts - 1),
      calls: 1 + upTo(random, 40),
      down: upTo(random, 1000),
    });
  }
  return made.sort((a, b) => a.at - b.at);
}

function makeDisturbance(random: Random, hosts: number, jobs: readonly Job[]): Disturbance {
  const at = chance(random, 0.6) ? upTo(random, 5 * SECOND) : upTo(random, MINUTE);
  const host = upTo(random, hosts - 1);
  const calls = 1 + upTo(random, pick(random, [20, 200, 1000]));
  const down = pick(random, [0, 0, 100, 5 * SECOND, MINUTE]);
  const steered = jobs.filter((job) => job.steered);
  switch (pick(random, KINDS)) {
    case "kill":
      return { at, kind: "kill", host, calls, down };
    case "power":
      return { at, kind: "power", host, calls, down };
    case "freeze":
      return { at, kind: "freeze", host, for: spell(random) };
    case "absent":
      return { at, kind: "absent", host, for: spell(random) };
    case "partition":
      return { at, kind: "partition", host, for: spell(random) };
    case "wall":
      return { at, kind: "wall", by: pick(random, [-1, 1]) * upTo(random, 48 * HOUR) };
    case "full":
      return { at, kind: "full", room: upTo(random, 20_000), for: upTo(random, 20 * SECOND) };
    case "eio":
      return { at, kind: "eio", call: pick(random, hosts === 1 ? EIO_ALONE : EIO_CALLS) };
    case "again":
      return { at, kind: "again", choice: random(), name: pick(random, ["same", "other"]) };
    case "meddle":
      return { at, kind: "meddle", what: pick(random, MEDDLINGS), choice: random(), for: MINUTE };
    case "edit": {
      const job = pick(random, jobs);
      return {
        at,
        kind: "edit",
        job: job.id,
        choice: random(),
        for: upTo(random, pick(random, [100, 2 * SECOND, 30 * SECOND])),
        style: pick(random, ["rename", "in place", "truncate"] as const),
        what: pick(random, job.steered ? [...HARMLESS_EDITS, ...STEERING_EDITS] : HARMLESS_EDITS),
        crlf: chance(random, 0.2),
      };
    }
    default: {
      if (steered.length === 0) return { at, kind: "kill", host, calls, down };
      const control = pick(random, ["cancel", "retry", "pause"] as const);
      return { at, kind: "control", job: pick(random, steered).id, control, for: upTo(random, MINUTE) };
    }
  }
}

const EIO_CALLS = ["sync", "datasync"] as const;
/** What a sync of everything loses is of any host, and only the one that asked would learn of it. */
const EIO_ALONE = ["sync", "datasync", "syncAll"] as const;

const KINDS = [
  "kill",
  "kill",
  "kill",
  "power",
  "power",
  "power",
  "freeze",
  "absent",
  "partition",
  "wall",
  "full",
  "eio",
  "again",
  "again",
  "edit",
  "edit",
  "edit",
  "edit",
  "meddle",
  "meddle",
  "control",
] as const;

function spell(random: Random): number {
  return chance(random, 0.05)
    ? HOUR + upTo(random, HOUR)
    : upTo(random, pick(random, [SECOND, 30 * SECOND, 3 * MINUTE]));
}
