import { expect, test } from "vitest";
import { quickOrFull } from "../suite-size.ts";
import { type KillPoint, killAtPoints, killsOf, type Victim } from "./kill-trials.ts";
import { recordProof } from "./record-proof.ts";
import { SPLIT_JOB, TWO_HOSTS } from "./split-job.ts";

/** Of each of the two hosts: a hundred at each point together. */
const TIMES = quickOrFull(1, 50);

const since = "inbox/task-%job";
const checkpoint = `${since} then /journal[.]old$`;
/** A host dies with a record that its files do not show yet, and again when it starts after that. */
const start = { startAfter: `after fsync /journal$ 2 since ${since}` };

function pointsOf(most: { read: number; records: number }, reply: string): KillPoint[] {
  return [
    { name: "message read", at: "after read inbox/(task|reply)-%job", most: most.read },
    { name: "record half written", at: "half write /journal$", since, most: most.records },
    { name: "record written", at: "after write /journal$", since, most: most.records },
    { name: "record synced", at: "after fsync /journal$", since, most: most.records },
    { name: "files partly changed", at: "after open|link|rename|unlink .", since, most: 20 },
    { name: "message archived", at: "after rename archive/.*(task|reply)-%job", most: most.read },
    { name: "reply staged", at: "before rename outbox/(pending/)?reply-%job" },
    { name: "reply delivered", at: reply },
    { name: "task.md moved away", at: "after rename /kept/", since },
    { name: "task.md linked", at: "after link tasks/.*task.md$", since },
    { name: "checkpoint begun", at: "after link /journal[.]old$", since, in: "rest" },
    { name: "checkpoint half", at: "after fsync .", since: checkpoint, most: 12, in: "stop" },
    { name: "journal dropped", at: "after unlink /journal[.]old$", since: checkpoint, in: "stop" },
    { name: "start: claim made", at: "after link /host[.]term-", in: start },
    { name: "start: replay half", at: "after open|link|rename|unlink (mailbox|tasks)/", most: 4, in: start },
    { name: "start: journal renewed", at: "after rename /journal$", in: start },
  ];
}

const VICTIMS: Victim[] = [
  {
    form: TWO_HOSTS,
    host: "lead",
    points: pointsOf({ read: 3, records: 4 }, "after rename outbox/reply-%job"),
    times: TIMES,
  },
  {
    form: TWO_HOSTS,
    host: "peers",
    points: pointsOf({ read: 2, records: 4 }, "after link inbox/reply-%job"),
    times: TIMES,
  },
];

test(`F2: a receiver is killed at each point of receiving, ${2 * TIMES} times each`, async () => {
  const trials = await killAtPoints(VICTIMS, SPLIT_JOB);
  const { tally, kills, missed } = trials;
  const { notes, ...counts } = tally;
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  recordProof({
    fault: "F2",
    what: "a receiver is killed at a point of receiving, and starts again",
    cases: total,
    counts: { ...counts, missed, points: kills.size, kills: killsOf(trials) },
  });
  expect(notes).toEqual([]);
  for (const { name } of VICTIMS.flatMap(({ points }) => points))
    expect(kills.get(name), name).toBe(2 * TIMES);
});
