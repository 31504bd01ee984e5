import { expect, test } from "vitest";
import { quickOrFull } from "../suite-size.ts";
import { type KillPoint, killAtPoints, killsOf, type Victim } from "./kill-trials.ts";
import { recordProof } from "./record-proof.ts";
import { ONE_HOST, SPLIT_JOB, TWO_HOSTS } from "./split-job.ts";

/** Of each of the two hosts: a hundred at each point together. */
const TIMES = quickOrFull(1, 50);

const since = "inbox/task-%job";

/** From host to host: decided to be sent, staged at the receiver, synced, linked into its inbox, and moved from `pending/` to `outbox/`. */
function pointsOf(type: "task" | "reply", most: number): KillPoint[] {
  return [
    { name: "staged file half written", at: "half write mailbox/tmp/s-", since, most: 3 },
    { name: "before pending", at: `before rename outbox/pending/${type}-%job`, most },
    { name: "pending", at: `after rename outbox/pending/${type}-%job`, most },
    { name: "delivery opened", at: "after open mailbox/tmp/d-", since, most },
    { name: "delivery half written", at: "half write mailbox/tmp/d-", since, most },
    { name: "delivery written", at: "after write mailbox/tmp/d-", since, most },
    { name: "delivery synced", at: "after fsync mailbox/tmp/d-", since, most },
    { name: "linked into the inbox", at: `after link inbox/${type}-%job`, most },
    { name: "staged name removed", at: "after unlink mailbox/tmp/d-", since, most },
    { name: "inbox synced", at: "after fsync mailbox/inbox$", since, most },
    { name: "moved to the outbox", at: `after rename outbox/${type}-%job`, most },
  ];
}

const BETWEEN_HOSTS: Victim[] = [
  { form: TWO_HOSTS, host: "lead", points: pointsOf("task", 2), times: TIMES },
  { form: TWO_HOSTS, host: "peers", points: pointsOf("reply", 2), times: TIMES },
];

/** Within a host the record is the receipt; the files follow it. */
const WITHIN_A_HOST: Victim[] = [
  {
    form: ONE_HOST,
    host: "all",
    points: [
      { name: "staged file opened", at: "after open mailbox/tmp/s-", since, most: 8 },
      { name: "staged file half written", at: "half write mailbox/tmp/s-", since, most: 8 },
      { name: "staged file written", at: "after write mailbox/tmp/s-", since, most: 8 },
      { name: "linked into the inbox", at: "after link inbox/(task|reply)-%job", since, most: 4 },
      { name: "moved to the outbox", at: "after rename outbox/(task|reply)-%job", since, most: 5 },
    ],
    times: 2 * TIMES,
  },
];

test.each([
  ["hands a message to another host", BETWEEN_HOSTS],
  ["hands a message to an agent of its own", WITHIN_A_HOST],
] as const)(
  `F1: a host that %s is killed at each point of sending, ${2 * TIMES} times each`,
  async (what, victims) => {
    const trials = await killAtPoints(victims, SPLIT_JOB);
    const { tally, kills, missed } = trials;
    const { notes, ...counts } = tally;
    const cases = [...kills.values()].reduce((sum, count) => sum + count, 0);
    recordProof({
      fault: "F1",
      what: `a host that ${what} is killed at a point of sending, and starts again`,
      cases,
      counts: { ...counts, missed, points: kills.size, kills: killsOf(trials) },
    });
    expect(notes).toEqual([]);
    for (const { name } of victims.flatMap(({ points }) => points))
      expect(kills.get(name), name).toBe(2 * TIMES);
  },
);
